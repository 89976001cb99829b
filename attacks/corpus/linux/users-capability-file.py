# Route: gives a file of its own a capability
# Known from: CVE-2021-3493 (Ubuntu's kernel): capabilities of files that come out of a namespace
# Refused: EPERM, ENOTSUP
# Twin: asks for its attributes
# Unconfined: works for root
import os
import struct
import attempt as a

value = struct.pack("<5I", 0x02000001, 1 << 21, 0, 0, 0)
a.attempt(lambda: os.setxattr(a.at("WORK", "/file"), "security.capability", value))
a.twin(lambda: os.listxattr(a.at("WORK", "/file")))
