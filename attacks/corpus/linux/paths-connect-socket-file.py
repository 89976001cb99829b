# Route: links a UNIX socket of the host into a granted directory to reach it there
# Known from: CVE-2019-7304 (snapd) in shape: a service's socket that every program can reach
# Refused: ENOENT, EXDEV, EACCES, EPERM
# Twin: links a file within a granted directory
# Unconfined: works
import os
import attempt as a

a.attempt(lambda: os.link(a.at("STREAMS"), a.at("WORK", "/socket")))
a.twin(lambda: os.link(a.at("WORK", "/file"), a.at("WORK", "/second")))
