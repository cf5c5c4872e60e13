# Texts of the area `certificate`: an app's certificate. The rules are in src/text/mod.rs.

certificate-not = it is not PEM
certificate-forms = give a PEM file with the certificate and its private key (`-----BEGIN PRIVATE KEY-----`)
certificate-damaged = it is damaged, or written in a way that ropc cannot read
certificate-pkcs12 = it is PKCS#12, which ropc does not read
certificate-pkcs12-fix = make PEM of it, with access for this account only: `openssl pkcs12 -in app.pfx -out app.pem -noenc`
certificate-encrypted-pem = its private key has a password
certificate-encrypted-pem-fix = take the password away for as long as `login` needs the file: `openssl pkey -in key.pem -out plain.pem`
certificate-no-key = it holds no private key
certificate-no-key-fix = export the certificate with its private key: the portal, `Export-Certificate` and `az keyvault certificate download` give the public part only
certificate-no-certificate = it holds a private key and no certificate
certificate-together = put one private key and its certificate into one file: `cat key.pem cert.pem > app.pem`
certificate-not-rsa = its key is not RSA, and Entra takes RSA only
certificate-short-key = its RSA key has { $bits } bits, and Entra takes 2048 and more
certificate-make-rsa = make another one: `openssl req -x509 -newkey rsa:2048 -noenc -days 365 -subj /CN=ropc -keyout key.pem -out cert.pem`
certificate-other-key = its private key is not that of its certificate
certificate-several-keys = it holds more than one private key
certificate-kind-none = no credential
certificate-kind-secret = client secret
certificate-kind-certificate = certificate
