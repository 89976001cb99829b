# Route: lists a directory through a symbolic link that ends in a slash
# Known from: CVE-2024-29069 (snapd): where a link in a package leads to
# Refused: ENOENT, EACCES
# Twin: lists a granted directory through such a link
# Unconfined: works
. "$SCRIPTS/attempt.sh"
ln -s "$SECRET/folder" "$WORK/out"
ln -s "$READ" "$WORK/in"
answer attempt ls "$WORK/out/"
answer twin ls "$WORK/in/"
