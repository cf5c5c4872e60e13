"""Verifies the assertion of an app's certificate with PyJWT, as a token endpoint has to.

usage: verify_assertion.py CERTIFICATE AUDIENCE CLIENT_ID, with the assertion on standard input; prints its `jti`.
"""

import base64
import hashlib
import sys

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

certificate = x509.load_pem_x509_certificate(open(sys.argv[1], "rb").read())
audience, client_id = sys.argv[2:4]
assertion = sys.stdin.read()
thumbprint = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
header = jwt.get_unverified_header(assertion)
assert header["typ"] == "JWT", header
assert header["x5t#S256"] == base64.urlsafe_b64encode(thumbprint).decode().rstrip("="), header
claims = jwt.decode(assertion, certificate.public_key(), algorithms=["PS256"], audience=audience, issuer=client_id,
                    subject=client_id, options={"require": ["aud", "iss", "sub", "jti", "nbf", "iat", "exp"]})
assert claims["exp"] - claims["nbf"] == 600, claims
print(claims["jti"])
