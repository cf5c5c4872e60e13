# Texts of the area `certificate`: an app's certificate. The rules are in src/text/mod.rs.

certificate-not = PEM でも PKCS#12 でもありません
certificate-forms = 証明書とその秘密キー (`-----BEGIN PRIVATE KEY-----`) の入った PEM ファイル、または PKCS#12 ファイル (.pfx, .p12) を指定してください
certificate-damaged = 壊れているか、ropc が読み取れない形式です
certificate-wrong-password = パスワードが違います
certificate-wrong-password-fix = エクスポートしたときのパスワードを、プロンプトまたは `--certificate-password-file` で渡してください
certificate-encrypted-pem = 秘密キーにパスワードが付いています。パスワード付きのキーは PKCS#12 からだけ読み取れます
certificate-encrypted-pem-fix = PKCS#12 ファイルにしてください: `openssl pkcs12 -export -in cert.pem -inkey key.pem -out cert.pfx`
certificate-no-key = 秘密キーが入っていません
certificate-no-key-fix = 証明書を秘密キーと一緒にエクスポートしてください: ポータル、`Export-Certificate`、`az keyvault certificate download` が渡すのは公開部分だけです
certificate-no-certificate = 秘密キーだけで、証明書が入っていません
certificate-together = 秘密キー 1 つとその証明書を 1 つのファイルにまとめてください: `(umask 077; cat key.pem cert.pem > app.pem)`
certificate-not-rsa = キーが RSA ではありません。Entra が受け付けるのは RSA だけです
certificate-short-key = RSA キーが { $bits } ビットしかありません。Entra が受け付けるのは 2048 ビット以上です
certificate-make-rsa = 新しく作成してください: `openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=ropc -keyout key.pem -out cert.pem`
certificate-other-key = 秘密キーが証明書と一致しません
certificate-several-keys = 秘密キーが 2 つ以上入っています
certificate-kind-none = 資格情報なし
certificate-kind-secret = クライアント シークレット
certificate-kind-certificate = 証明書
