# Route: lists a directory through a symbolic link that ends in a slash
# Known from: CVE-2024-1724 (snapd): a link in the place of a directory
# Refused: ENOENT, EACCES
# Twin: lists a granted directory through such a link
# Unconfined: works
. "$SCRIPTS/attempt.sh"
ln -s "$SECRET/folder" "$WORK/out"
ln -s "$READ" "$WORK/in"
answer attempt ls "$WORK/out/"
answer twin ls "$WORK/in/"
