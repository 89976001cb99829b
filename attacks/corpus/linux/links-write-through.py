# Route: writes a file of the host through a symbolic link
# Known from: CVE-2024-42472 (Flatpak): a link in a persistent directory
# Refused: ENOENT, EACCES
# Twin: writes a granted file through a symbolic link
# Unconfined: works
import os
import attempt as a

os.symlink(a.at("SECRET", "/planted"), a.at("WORK", "/out"))
os.symlink(a.at("DATA", "/planted"), a.at("WORK", "/in"))
a.attempt(lambda: a.write(a.at("WORK", "/out")))
a.twin(lambda: a.write(a.at("WORK", "/in")))
