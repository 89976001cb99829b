// The part of the OCI runtime that plans grants: few containers need it, and all would load it.
export { readContainerGrants } from '../oci/grants/container-grants.ts';
