//! Echoes in every coat are seen; honest texts are left alone.

use super::*;
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

#[test]
fn echoes_are_seen_in_every_coat() {
    let secret = "Pä+w&rd% \"1<23>45'6/7";
    for echo in [
        "you sent Pä+w&rd% \"1<23>45'6/7 to us",
        "P%C3%A4%2Bw%26rd%25%20%221%3C23%3E45%276%2F7",
        "P%c3%a4%2bw%26rd%25+%221%3c23%3e45%276%2f7",
        "Pä+w&amp;rd% &quot;1&lt;23&gt;45&#39;6/7",
        "Pä+w&rd% \\\"1<23>45'6\\/7",
        "&#80;&#228;&#43;&#119;&#38;&#114;&#100;&#37;",
        "&#x50;&#XE4;&#x2b;&#x77;&#x26;&#x72;&#x64;&#x25;",
        "\\u0050\\u00e4\\u002B\\u0077\\u0026\\u0072\\u0064\\u0025",
        "cut in the middle: Pä+w&rd% ",
    ] {
        assert!(repeats(secret, echo), "{echo}");
    }
    for shift in 0..3 {
        let carrier = format!("{}{secret}xyz", "a".repeat(shift));
        assert!(repeats(secret, &format!("<{}>", Base64Unpadded::encode_string(carrier.as_bytes()))), "{shift}");
        assert!(repeats(secret, &Base64UrlUnpadded::encode_string(carrier.as_bytes())), "{shift}");
    }
    assert!(repeats("short", "a short one"));
    assert!(repeats("hunter", "<YWJodW50ZXI>"), "in base64, after two other bytes");
    assert!(repeats("pw12", "<cHcxMg>") && !repeats("pw1", "<cHcx>"), "four bytes are enough to be told");
    assert!(repeats("a+b c", "a+b%20c") && repeats("a+b c", "a%2Bb+c"), "with and without a form's plus");
    assert!(repeats("x\u{8}\u{c}\n\r\ty", "x\\b\\f\\n\\r\\ty"));
    assert!(repeats("\\\"\u{1f511}", "\\\\\\\"\\ud83d\\udd11"), "a short one in JSON");
}

#[test]
fn other_texts_are_left_alone() {
    for text in [
        "",
        "AADSTS50126: The user name or the password was not accepted.",
        "100% + 1 &amp; %zz",
        "%",
        "%C3",
        "&",
        "&#;",
        "&#x110000;",
        "\\",
        "\\u12",
        "\\ud800",
    ] {
        assert!(!repeats("Pä+w&rd% \"1<23>45'6/7", text), "{text}");
    }
    assert!(!repeats("", "anything"));
}

/// In every coat, written by other programs (Python's own libraries where it has them).
#[test]
fn other_programs_coats_are_seen_through() {
    for (secret, table) in
        [(coats::ASCII_SECRET, coats::ASCII.as_slice()), (coats::OTHER_SECRET, coats::OTHER.as_slice())]
    {
        let missed: Vec<&str> = table
            .iter()
            .filter(|(_, echo)| !["", "it was "].iter().all(|before| repeats(secret, &format!("{before}{echo}."))))
            .map(|(name, _)| *name)
            .collect();
        assert!(missed.is_empty(), "{missed:?}");
    }
}

#[test]
fn texts_of_the_service_are_left_alone() {
    let texts = [
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        "Application with identifier '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901' was not found in the directory 'Contoso'.",
        "The resource principal named https://graph.microsoft.com/v1.0 was not found in the tenant named contoso.example.",
        "Die Anforderung konnte nicht verarbeitet werden: überprüfen Sie den Gültigkeitsbereich.",
        "User.Read Mail.Send https://graph.microsoft.com/Directory.Read.All openid profile email",
        "要求の本文に次のパラメーターが必要です: 'scope'。",
    ];
    for secret in [
        "Kd9+Trombone&x%7",
        "Gr\u{fc}n+Zw\u{f6}lf~\u{c4}pfel",
        "hunter2",
        "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{30d1}\u{30b9}",
        "x",
    ] {
        for text in texts.iter().filter(|text| secret.len() > 1 || !text.contains(secret)) {
            assert!(!repeats(secret, text), "{secret}: {text}");
            assert!(!looks_encoded(text), "{text}");
        }
    }
    assert!(looks_encoded("5d41402abc4b2a76b9719d911017c592") && looks_encoded("see 'Zt9kXq27LmPw04bVnA'"));
    assert!(!looks_encoded("AADSTS4999999012345 IdentityRiskyServicePrincipal 00000003-0000-0000-c000-000000000000"));
}

#[test]
fn what_cannot_be_searched_to_its_end_is_left_out() {
    assert!(repeats("Kd9+Trombone&x%7", &"a b".repeat(LONGEST_TEXT)));
    assert!(!repeats("Kd9+Trombone&x%7", &"a b ".repeat(100)), "the control");
}

/// Written by other programs: `python3` with its own libraries for what it has.
#[rustfmt::skip]
mod coats {
    pub(super) const ASCII_SECRET: &str = "Kd9+Trombone&x%7";
    pub(super) const OTHER_SECRET: &str = "Gr\u{fc}n+Zw\u{f6}lf~\u{c4}pfel";

    pub(super) const ASCII: [(&str, &str); 82] = [
        ("raw", "Kd9+Trombone&x%7"),
        ("hex", "4b64392b54726f6d626f6e6526782537"),
        ("hex upper", "4B64392B54726F6D626F6E6526782537"),
        ("hex colons", "4b:64:39:2b:54:72:6f:6d:62:6f:6e:65:26:78:25:37"),
        ("hex spaces", "4b 64 39 2b 54 72 6f 6d 62 6f 6e 65 26 78 25 37"),
        ("hex by four", "4b64 392b 5472 6f6d 626f 6e65 2678 2537"),
        ("hex list", "0x4b, 0x64, 0x39, 0x2b, 0x54, 0x72, 0x6f, 0x6d, 0x62, 0x6f, 0x6e, 0x65, 0x26, 0x78, 0x25, 0x37"),
        ("hex xxd", "00000000: 4b64 392b 5472 6f6d 626f 6e65 2678 2537"),
        ("backslash x", "\\x4b\\x64\\x39\\x2b\\x54\\x72\\x6f\\x6d\\x62\\x6f\\x6e\\x65\\x26\\x78\\x25\\x37"),
        ("octal escapes", "\\113\\144\\071\\053\\124\\162\\157\\155\\142\\157\\156\\145\\046\\170\\045\\067"),
        ("octal list", "113 144 71 53 124 162 157 155 142 157 156 145 46 170 45 67"),
        ("octal digits", "113144071053124162157155142157156145046170045067"),
        ("decimal list", "75, 100, 57, 43, 84, 114, 111, 109, 98, 111, 110, 101, 38, 120, 37, 55"),
        ("decimal array", "[75, 100, 57, 43, 84, 114, 111, 109, 98, 111, 110, 101, 38, 120, 37, 55]"),
        ("decimal digits", "075100057043084114111109098111110101038120037055"),
        ("big decimal", "100212488900015654058116026052266960183"),
        ("binary", "01001011 01100100 00111001 00101011 01010100 01110010 01101111 01101101 01100010 01101111 01101110 01100101 00100110 01111000 00100101 00110111"),
        ("binary digits", "01001011011001000011100100101011010101000111001001101111011011010110001001101111011011100110010100100110011110000010010100110111"),
        ("binary 7", "1001011110010001110010101011101010011100101101111110110111000101101111110111011001010100110111100001001010110111"),
        ("code points", "U+004B U+0064 U+0039 U+002B U+0054 U+0072 U+006F U+006D U+0062 U+006F U+006E U+0065 U+0026 U+0078 U+0025 U+0037"),
        ("json", "\\u004b\\u0064\\u0039\\u002b\\u0054\\u0072\\u006f\\u006d\\u0062\\u006f\\u006e\\u0065\\u0026\\u0078\\u0025\\u0037"),
        ("entities", "&#75;&#100;&#57;&#43;&#84;&#114;&#111;&#109;&#98;&#111;&#110;&#101;&#38;&#120;&#37;&#55;"),
        ("entities hex", "&#x4b;&#x64;&#x39;&#x2b;&#x54;&#x72;&#x6f;&#x6d;&#x62;&#x6f;&#x6e;&#x65;&#x26;&#x78;&#x25;&#x37;"),
        ("html", "Kd9+Trombone&amp;x%7"),
        ("percent", "Kd9%2BTrombone%26x%257"),
        ("form", "Kd9%2BTrombone%26x%257"),
        ("percent all", "%4B%64%39%2B%54%72%6F%6D%62%6F%6E%65%26%78%25%37"),
        ("percent twice", "Kd9%252BTrombone%2526x%25257"),
        ("quoted printable", "Kd9+Trombone&x%7"),
        ("quoted all", "=4B=64=39=2B=54=72=6F=6D=62=6F=6E=65=26=78=25=37"),
        ("base32", "JNSDSK2UOJXW2YTPNZSSM6BFG4======"),
        ("base32 lower", "jnsdsk2uojxw2ytpnzssm6bfg4======"),
        ("base32hex", "9DI3IAQKE9NMQOJFDPIICU156S======"),
        ("crockford", "9DJ3JATME9QPTRKFDSJJCY156W"),
        ("z-base-32", "jp1d1k4wqjzs4auxp311c6bfgh"),
        ("base36", "4goihdaaklznjy7zdemtm5f07"),
        ("base45", "+N9AA7IUA+3E:JC1/D%%4WV4"),
        ("base58", "AJxi4nKMNHNnguT3ugZALv"),
        ("base62", "2IGE3SsdjtaLtdJao2dBvL"),
        ("base64", "S2Q5K1Ryb21ib25lJnglNw=="),
        ("base64 shift", "cHdLZDkrVHJvbWJvbmUmeCU3"),
        ("base64url", "S2Q5K1Ryb21ib25lJnglNw"),
        ("base64 UTF-16LE", "SwBkADkAKwBUAHIAbwBtAGIAbwBuAGUAJgB4ACUANwA="),
        ("base64 UTF-16BE", "AEsAZAA5ACsAVAByAG8AbQBiAG8AbgBlACYAeAAlADc="),
        ("base64 UTF-32", "SwAAAGQAAAA5AAAAKwAAAFQAAAByAAAAbwAAAG0AAABiAAAAbwAAAG4AAABlAAAAJgAAAHgAAAAlAAAANwAAAA=="),
        ("hex UTF-16LE", "4b00640039002b00540072006f006d0062006f006e0065002600780025003700"),
        ("hex UTF-16BE", "004b00640039002b00540072006f006d0062006f006e00650026007800250037"),
        ("base32 UTF-16", "JMAGIABZAAVQAVAAOIAG6ADNABRAA3YANYAGKABGAB4AAJIAG4AA===="),
        ("base64 twice", "UzJRNUsxUnliMjFpYjI1bEpuZ2xOdz09"),
        ("base64 of hex", "NGI2NDM5MmI1NDcyNmY2ZDYyNmY2ZTY1MjY3ODI1Mzc="),
        ("hex of base64", "533251354b315279623231696232356c4a6e676c4e773d3d"),
        ("base64 of percent", "S2Q5JTJCVHJvbWJvbmUlMjZ4JTI1Nw=="),
        ("percent of base64", "S2Q5K1Ryb21ib25lJnglNw%3D%3D"),
        ("base64 three times", "VXpKUk5Vc3hVbmxpTWpGcFlqSTFiRXB1WjJ4T2R6MDk="),
        ("base64 of reversed", "NyV4JmVub2Jtb3JUKzlkSw=="),
        ("reversed base64", "==wNlgnJl52bi12byR1K5Q2S"),
        ("reversed hex", "7352876256e6f626d6f62745b29346b4"),
        ("ascii85", "94U%5<,uno@W--q-?pgq"),
        ("base85", "OJq4KRB~@^VsCC`CU_+`"),
        ("z85", "ojQ4krb#[]vScc}cu{*}"),
        ("uuencode", "02V0Y*U1R;VUB;VYE)G@E-P  "),
        ("reversed", "7%x&enobmorT+9dK"),
        ("spaced", "K d 9 + T r o m b o n e & x % 7"),
        ("dashed", "K-d-9-+-T-r-o-m-b-o-n-e-&-x-%-7"),
        ("commas", "K, d, 9, +, T, r, o, m, b, o, n, e, &, x, %, 7"),
        ("dots reversed", "7.%.x.&.e.n.o.b.m.o.r.T.+.9.d.K"),
        ("zero width", "K\u{200b}d\u{200b}9\u{200b}+\u{200b}T\u{200b}r\u{200b}o\u{200b}m\u{200b}b\u{200b}o\u{200b}n\u{200b}e\u{200b}&\u{200b}x\u{200b}%\u{200b}7"),
        ("lines", "K\nd\n9\n+\nT\nr\no\nm\nb\no\nn\ne\n&\nx\n%\n7"),
        ("rot13", "Xq9+Gebzobar&k%7"),
        ("rot47", "z5hZ%C@>3@?6UITf"),
        ("caesar 3", "Ng9+Wurperqh&a%7"),
        ("caesar 25", "Jc9+Sqnlanmd&w%7"),
        ("atbash", "Pw9+Gilnylmv&c%7"),
        ("rot13 reversed", "7%k&rabozbeG+9qX"),
        ("base64 of rot13", "WHE5K0dlYnpvYmFyJmslNw=="),
        ("upper", "KD9+TROMBONE&X%7"),
        ("lower", "kd9+trombone&x%7"),
        ("swapped case", "kD9+tROMBONE&X%7"),
        ("bold", "𝐊𝐝9+𝐓𝐫𝐨𝐦𝐛𝐨𝐧𝐞&𝐱%7"),
        ("full width", "Ｋｄ９＋Ｔｒｏｍｂｏｎｅ＆ｘ％７"),
        ("cut", "+Trombone"),
        ("backslashes", "Kd9\\+Trombone\\&x\\%7"),
    ];

    pub(super) const OTHER: [(&str, &str); 81] = [
        ("raw", "Grün+Zwölf~Äpfel"),
        ("hex", "4772c3bc6e2b5a77c3b66c667ec3847066656c"),
        ("hex upper", "4772C3BC6E2B5A77C3B66C667EC3847066656C"),
        ("hex colons", "47:72:c3:bc:6e:2b:5a:77:c3:b6:6c:66:7e:c3:84:70:66:65:6c"),
        ("hex spaces", "47 72 c3 bc 6e 2b 5a 77 c3 b6 6c 66 7e c3 84 70 66 65 6c"),
        ("hex by four", "47 72c3 bc6e 2b5a 77c3 b66c 667e c384 7066 656c"),
        ("hex list", "0x47, 0x72, 0xc3, 0xbc, 0x6e, 0x2b, 0x5a, 0x77, 0xc3, 0xb6, 0x6c, 0x66, 0x7e, 0xc3, 0x84, 0x70, 0x66, 0x65, 0x6c"),
        ("hex xxd", "00000000: 4772 c3bc 6e2b 5a77 c3b6 6c66 7ec3 8470"),
        ("backslash x", "\\x47\\x72\\xc3\\xbc\\x6e\\x2b\\x5a\\x77\\xc3\\xb6\\x6c\\x66\\x7e\\xc3\\x84\\x70\\x66\\x65\\x6c"),
        ("octal escapes", "\\107\\162\\303\\274\\156\\053\\132\\167\\303\\266\\154\\146\\176\\303\\204\\160\\146\\145\\154"),
        ("octal list", "107 162 303 274 156 53 132 167 303 266 154 146 176 303 204 160 146 145 154"),
        ("octal digits", "107162303274156053132167303266154146176303204160146145154"),
        ("decimal list", "71, 114, 195, 188, 110, 43, 90, 119, 195, 182, 108, 102, 126, 195, 132, 112, 102, 101, 108"),
        ("decimal array", "[71, 114, 195, 188, 110, 43, 90, 119, 195, 182, 108, 102, 126, 195, 132, 112, 102, 101, 108]"),
        ("decimal digits", "071114195188110043090119195182108102126195132112102101108"),
        ("big decimal", "1593350315220339667383043104521180180788962668"),
        ("binary", "01000111 01110010 11000011 10111100 01101110 00101011 01011010 01110111 11000011 10110110 01101100 01100110 01111110 11000011 10000100 01110000 01100110 01100101 01101100"),
        ("binary digits", "01000111011100101100001110111100011011100010101101011010011101111100001110110110011011000110011001111110110000111000010001110000011001100110010101101100"),
        ("code points", "U+0047 U+0072 U+00FC U+006E U+002B U+005A U+0077 U+00F6 U+006C U+0066 U+007E U+00C4 U+0070 U+0066 U+0065 U+006C"),
        ("json", "\\u0047\\u0072\\u00fc\\u006e\\u002b\\u005a\\u0077\\u00f6\\u006c\\u0066\\u007e\\u00c4\\u0070\\u0066\\u0065\\u006c"),
        ("entities", "&#71;&#114;&#252;&#110;&#43;&#90;&#119;&#246;&#108;&#102;&#126;&#196;&#112;&#102;&#101;&#108;"),
        ("entities hex", "&#x47;&#x72;&#xfc;&#x6e;&#x2b;&#x5a;&#x77;&#xf6;&#x6c;&#x66;&#x7e;&#xc4;&#x70;&#x66;&#x65;&#x6c;"),
        ("html", "Grün+Zwölf~Äpfel"),
        ("percent", "Gr%C3%BCn%2BZw%C3%B6lf~%C3%84pfel"),
        ("form", "Gr%C3%BCn%2BZw%C3%B6lf~%C3%84pfel"),
        ("percent all", "%47%72%C3%BC%6E%2B%5A%77%C3%B6%6C%66%7E%C3%84%70%66%65%6C"),
        ("percent twice", "Gr%25C3%25BCn%252BZw%25C3%25B6lf~%25C3%2584pfel"),
        ("quoted printable", "Gr=C3=BCn+Zw=C3=B6lf~=C3=84pfel"),
        ("quoted all", "=47=72=C3=BC=6E=2B=5A=77=C3=B6=6C=66=7E=C3=84=70=66=65=6C"),
        ("base32", "I5ZMHPDOFNNHPQ5WNRTH5Q4EOBTGK3A="),
        ("base32 lower", "i5zmhpdofnnhpq5wnrth5q4eobtgk3a="),
        ("base32hex", "8TPC7F3E5DD7FGTMDHJ7TGS4E1J6AR0="),
        ("crockford", "8XSC7F3E5DD7FGXPDHK7XGW4E1K6AV0"),
        ("z-base-32", "e73c8xdqfpp8xo7sptu87ohrqbugk5y"),
        ("base36", "1691tz75z92b04j409zvpm6wmw9dnw"),
        ("base45", "K19NXOX-DTJBHXOUVD61GJXGN.CI2"),
        ("base58", "E5eVdWSyceSxuiV4aNCeennxcB"),
        ("base62", "2T4n2ny2oLE68noPYYU5sUSwGa"),
        ("base64", "R3LDvG4rWnfDtmxmfsOEcGZlbA=="),
        ("base64 shift", "cHdHcsO8bitad8O2bGZ+w4RwZmVs"),
        ("base64url", "R3LDvG4rWnfDtmxmfsOEcGZlbA"),
        ("base64 UTF-16LE", "RwByAPwAbgArAFoAdwD2AGwAZgB+AMQAcABmAGUAbAA="),
        ("base64 UTF-16BE", "AEcAcgD8AG4AKwBaAHcA9gBsAGYAfgDEAHAAZgBlAGw="),
        ("base64 UTF-32", "RwAAAHIAAAD8AAAAbgAAACsAAABaAAAAdwAAAPYAAABsAAAAZgAAAH4AAADEAAAAcAAAAGYAAABlAAAAbAAAAA=="),
        ("hex UTF-16LE", "47007200fc006e002b005a007700f6006c0066007e00c4007000660065006c00"),
        ("hex UTF-16BE", "0047007200fc006e002b005a007700f6006c0066007e00c4007000660065006c"),
        ("base32 UTF-16", "I4AHEAH4ABXAAKYALIAHOAHWABWAAZQAPYAMIADQABTAAZIANQAA===="),
        ("base64 twice", "UjNMRHZHNHJXbmZEdG14bWZzT0VjR1psYkE9PQ=="),
        ("base64 of hex", "NDc3MmMzYmM2ZTJiNWE3N2MzYjY2YzY2N2VjMzg0NzA2NjY1NmM="),
        ("hex of base64", "52334c4476473472576e6644746d786d66734f4563475a6c62413d3d"),
        ("base64 of percent", "R3IlQzMlQkNuJTJCWnclQzMlQjZsZn4lQzMlODRwZmVs"),
        ("percent of base64", "R3LDvG4rWnfDtmxmfsOEcGZlbA%3D%3D"),
        ("base64 three times", "VWpOTVJIWkhOSEpYYm1aRWRHMTRiV1p6VDBWalIxcHNZa0U5UFE9PQ=="),
        ("base64 of reversed", "bGVmcMOEfmZsw7Z3Wituw7xyRw=="),
        ("reversed base64", "==AblZGcEOsfmxmtDfnWr4GvDL3R"),
        ("reversed hex", "c6566607483ce766c66b3c77a5b2e6cb3c2774"),
        ("ascii85", "7rlM[DC\\n7_mXAnI`$hXAn>c"),
        ("base85", "M{>iwZYx@M!?tW@e#3-tW@T&"),
        ("z85", "m@(IWzyX[m.)Tw[E-3?Tw[t=U"),
        ("uuencode", "31W+#O&XK6G?#MFQF?L.$<&9E;   "),
        ("reversed", "lefpÄ~flöwZ+nürG"),
        ("spaced", "G r ü n + Z w ö l f ~ Ä p f e l"),
        ("dashed", "G-r-ü-n-+-Z-w-ö-l-f-~-Ä-p-f-e-l"),
        ("commas", "G, r, ü, n, +, Z, w, ö, l, f, ~, Ä, p, f, e, l"),
        ("dots reversed", "l.e.f.p.Ä.~.f.l.ö.w.Z.+.n.ü.r.G"),
        ("zero width", "G\u{200b}r\u{200b}ü\u{200b}n\u{200b}+\u{200b}Z\u{200b}w\u{200b}ö\u{200b}l\u{200b}f\u{200b}~\u{200b}Ä\u{200b}p\u{200b}f\u{200b}e\u{200b}l"),
        ("lines", "G\nr\nü\nn\n+\nZ\nw\nö\nl\nf\n~\nÄ\np\nf\ne\nl"),
        ("rot13", "Teüa+Mjöys~Äcsry"),
        ("rot47", "vCü?Z+Hö=7OÄA76="),
        ("caesar 3", "Juüq+Czöoi~Äsiho"),
        ("caesar 25", "Fqüm+Yvöke~Äoedk"),
        ("atbash", "Tiüm+Adöou~Äkuvo"),
        ("rot13 reversed", "yrscÄ~syöjM+aüeT"),
        ("base64 of rot13", "VGXDvGErTWrDtnlzfsOEY3NyeQ=="),
        ("upper", "GRÜN+ZWÖLF~ÄPFEL"),
        ("lower", "grün+zwölf~äpfel"),
        ("swapped case", "gRÜN+zWÖLF~äPFEL"),
        ("bold", "𝐆𝐫ü𝐧+𝐙𝐰ö𝐥𝐟~Ä𝐩𝐟𝐞𝐥"),
        ("full width", "Ｇｒüｎ＋Ｚｗöｌｆ～Äｐｆｅｌ"),
        ("cut", "n+Zwölf~Ä"),
        ("backslashes", "Grün\\+Zwölf\\~Äpfel"),
    ];
}
