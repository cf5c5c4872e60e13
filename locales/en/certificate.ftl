# Texts of the area `certificate`: an app's certificate. The rules are in src/text/mod.rs.

certificate-not = it is neither PEM nor PKCS#12
certificate-forms = give a PEM file with the certificate and its private key (`-----BEGIN PRIVATE KEY-----`), or a PKCS#12 file (.pfx, .p12)
certificate-damaged = it is damaged, or written in a way that ropc cannot read
certificate-wrong-password = its password is another one
certificate-wrong-password-fix = give the password with which it was exported: at a prompt, or with `--certificate-password-file`
certificate-encrypted-pem = its private key has a password, which ropc reads in PKCS#12 only
certificate-encrypted-pem-fix = make a PKCS#12 file of it: `openssl pkcs12 -export -in cert.pem -inkey key.pem -out cert.pfx`
certificate-no-key = it holds no private key
certificate-no-key-fix = export the certificate with its private key: the portal, `Export-Certificate` and `az keyvault certificate download` give the public part only
certificate-no-certificate = it holds a private key and no certificate
certificate-together = put one private key and its certificate into one file: `(umask 077; cat key.pem cert.pem > app.pem)`
certificate-not-rsa = its key is not RSA, and Entra takes RSA only
certificate-short-key = its RSA key has { $bits } bits, and Entra takes 2048 and more
certificate-make-rsa = make another one: `openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=ropc -keyout key.pem -out cert.pem`
certificate-other-key = its private key is not that of its certificate
certificate-several-keys = it holds more than one private key
certificate-kind-none = no credential
certificate-kind-secret = client secret
certificate-kind-certificate = certificate
