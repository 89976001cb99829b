# Route: asks for another path by a spelling that the server reads differently
# Known from: CVE-2021-41773 (Apache): dots, encoded slashes, parameters
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET], paths: [/granted], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted
# Unconfined: works
# Worlds: walls
import attempt as a

def get(path):
    return b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


a.attempt(
    lambda: a.reach_by(
        *(
            get(path)
            for path in (
                b"/secret",
                b"/granted/../secret",
                b"/granted/%2e%2e/secret",
                b"/granted%2f..%2fsecret",
                b"/granted/..;/secret",
                b"/granted\\..\\secret",
                b"//secret",
                b"/./secret",
                b"/%73ecret",
                b"secret",
                b"?/secret",
                b"*",
            )
        )
    )
)

a.twin(a.ask_granted)
