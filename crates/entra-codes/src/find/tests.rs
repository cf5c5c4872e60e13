//! Reads codes from pasted text. The outputs have the shapes of the tools' outputs; the ids are
//! invented.

use super::{MAX_TEXT, find_codes, parse_code};

fn finds(text: &str, codes: &[u32]) {
    assert_eq!(find_codes(text), codes, "in {text:?}");
}

#[test]
fn codes_as_typed() {
    for arg in [
        "50126",
        "AADSTS50126",
        "aadsts50126:",
        " AADSTS 50126 ",
        "AadSts-50126.",
        "AADSTS: 50126",
    ] {
        assert_eq!(parse_code(arg), Some(50126), "{arg}");
    }
    assert_eq!(parse_code("9002313"), Some(9_002_313));
    for arg in [
        "",
        "AADSTS",
        "404",
        "50126x",
        "+50126",
        "-50126",
        "0x50126",
        "50 126",
        "99999999999",
        "AADST50126",
        "äädsts50126",
        "５０１２６",
    ] {
        assert_eq!(parse_code(arg), None, "{arg}");
    }
}

#[test]
fn curl_json() {
    finds(
        r#"{"error":"invalid_grant","error_description":"AADSTS50126: Refused. Trace ID: 1c2d3e4f-0000-4a4a-8b8b-0123456789ab Correlation ID: 5b0a8d4e-1f7f-4d0c-9a77-1a2b3c4d5e6f Timestamp: 2026-11-22 05:40:11Z","error_codes":[50126],"timestamp":"2026-11-22 05:40:11Z","error_uri":"https://login.microsoftonline.com/error?code=50126"}"#,
        &[50126],
    );
    finds(
        r#"{"error":"invalid_grant","error_codes":[70002,50126]}"#,
        &[70002, 50126],
    );
    finds(
        "{\n  \"error_codes\": [\n    70002,\n    50126\n  ]\n}",
        &[70002, 50126],
    );
    finds(
        r#""{\"error\":\"invalid_client\",\"error_codes\":[7000215]}""#,
        &[7_000_215],
    );
}

#[test]
fn windows_powershell_5_error_record() {
    finds(
        "Invoke-RestMethod : {\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50076: A second factor \r\n\
         is required.\",\"error_codes\":[50076]}\r\nAt C:\\jobs\\report.ps1:12 char:10\r\n\
         + $token = Invoke-RestMethod -Method Post -Uri $uri -Body $body\r\n\
         +          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\r\n\
         \x20   + CategoryInfo          : InvalidOperation: (System.Net.HttpWebRequest:HttpWebRequest) [Invoke-RestMethod], WebException\r\n\
         \x20   + FullyQualifiedErrorId : WebCmdletWebResponseException,Microsoft.PowerShell.Commands.InvokeRestMethodCommand",
        &[50076],
    );
}

#[test]
fn powershell_7_concise_view_with_colours_and_gutter() {
    finds(
        "\x1b[31;1mInvoke-RestMethod: \x1b[31;1m/jobs/report.ps1:12\x1b[0m\n\x1b[36;1mLine |\x1b[0m\n\
         \x1b[36;1m  12 | \x1b[0m $token = \x1b[36;1mInvoke-RestMethod\x1b[0m -Method Post\n\
         \x1b[36;1m     | \x1b[31;1m          ~~~~~~~~~~~~\x1b[0m\n\
         \x1b[36;1m     | \x1b[31;1m {\"error\":\"invalid_grant\",\"error_description\":\"AADSTS\x1b[0m\n\
         \x1b[36;1m     | \x1b[31;1m50053: locked\",\"error_co\n     | des\":[50053]}\x1b[0m",
        &[50053],
    );
}

#[test]
fn powershell_format_list() {
    finds(
        "error             : invalid_grant\nerror_codes       : {70002, 50126}\ntimestamp : 2026-11-22",
        &[70002, 50126],
    );
    finds("error_codes : {50126}", &[50126]);
}

#[test]
fn msal_python_dict() {
    finds(
        "{'error': 'invalid_grant', 'error_description': \"AADSTS65001: No consent for 'x'. Trace ID: 1\", \
         'error_codes': [65001], 'suberror': 'consent_required', 'correlation_id': '5b0a8d4e-1f7f-4d0c-9a77-1a2b3c4d5e6f'}",
        &[65001],
    );
}

#[test]
fn azure_cli_and_azure_identity() {
    finds(
        "ERROR: AADSTS50079: The user has to register. Trace ID: 0 Correlation ID: 0 Timestamp: 2026-11-22 05:41:00Z\n\
         Interactive authentication is needed. Please run:\naz login",
        &[50079],
    );
    finds(
        "azure.core.exceptions.ClientAuthenticationError: Authentication failed: AADSTS7000222: expired\r\nTrace ID: 9\r\n",
        &[7_000_222],
    );
    finds(
        "errorResponse: {\n  error: 'invalid_client',\n  errorCodes: [ 7000215, 70002 ],\n",
        &[7_000_215, 70002],
    );
}

#[test]
fn msal_dotnet_and_msal_node() {
    finds(
        "MSAL.NetCore.4.74.0.0.MsalUiRequiredException:\n\tErrorCode: invalid_grant\n\
         Microsoft.Identity.Client.MsalUiRequiredException: AADSTS50055: expired",
        &[50055],
    );
    finds(
        "ServerError: invalid_grant: Error(s): 50126 - Timestamp - Description: AADSTS50126: no\n errorNo: '50126',",
        &[50126],
    );
    finds("errorNo: '50034',", &[50034]);
}

#[test]
fn wrapped_consoles() {
    finds("AADSTS\n50126: x", &[50126]);
    finds("AADSTS   \r\n   50126: x", &[50126]);
    finds("AAD\nSTS50126: x", &[50126]);
    finds("AADSTS501\n26: x", &[50126]);
    finds("AADSTS50012\n1: nobody answered", &[500_121]);
    finds("AADSTS50126\n3 more lines", &[50126]);
    finds("AADSTS50012\n1 more line", &[50012]);
    finds("AADSTS50126\n77: x", &[50126]);
    finds("> AADSTS\n> 50126", &[50126]);
    finds("│ AADSTS70002  │\n│ 0215 │", &[70002]);
    finds("\"error_codes\":[700\n0215]", &[7_000_215]);
}

#[test]
fn mangled_text() {
    finds("AADSTS 50126", &[50126]);
    finds("aadsts-50126", &[50126]);
    finds("AADSTS: 50126", &[50126]);
    finds("AADSTS\u{a0}50126", &[50126]);
    finds("AAD\u{200b}STS50126", &[50126]);
    finds("error_description=AADSTS50126%3a+Refused", &[50126]);
    finds("xxAADSTS50126xx", &[50126]);
    finds("&quot;AADSTS53003&quot;", &[53003]);
    // UTF-16, as Windows PowerShell's `>` writes it, read as bytes.
    let utf16: Vec<u8> = "\u{feff}AADSTS50126: x"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    finds(&String::from_utf8_lossy(&utf16), &[50126]);
}

#[test]
fn addresses_and_sign_in_logs() {
    finds(
        "see https://login.microsoftonline.com/error?code=530035",
        &[530_035],
    );
    finds("Sign-in error code\n50105\nFailure reason", &[50105]);
    finds(
        r#""status":{"errorCode":50057,"failureReason":"disabled"}"#,
        &[50057],
    );
    finds(r#""status":{"errorCode":0}"#, &[]);
}

#[test]
fn a_log_of_several_in_order_and_once() {
    finds(
        "02:00 job a AADSTS50126: no\n02:01 job b AADSTS50053: locked\n02:02 job c AADSTS50126: no\n02:03 AADSTS99999: new",
        &[50126, 50053, 99999],
    );
}

#[test]
fn text_without_codes() {
    for text in [
        "",
        "AADSTS",
        "aadsts aadsts",
        "AADSTS12",
        "AADSTS99999999999",
        "HTTP 50126",
        "error code: 404",
        "ErrorCode=80070005",
        "error_codes: []",
        "error_codes",
        "error code 0x80070005",
        "exit code 50126",
        "AADSTS 5 0 1 2 6",
        "\"errorCode\": \"invalid_grant\"",
    ] {
        finds(text, &[]);
    }
}

#[test]
fn input_and_output_are_bounded() {
    let far = format!("{}AADSTS50126", "x".repeat(MAX_TEXT));
    finds(&far, &[]);
    let near = format!("{}AADSTS50126", "x".repeat(MAX_TEXT - 11));
    finds(&near, &[50126]);
    let cut = format!("{}äAADSTS50126", "x".repeat(MAX_TEXT - 1));
    finds(&cut, &[]);
    let many: Vec<String> = (10000..20000).map(|code| format!("AADSTS{code}")).collect();
    let many = many.join(" ");
    assert_eq!(find_codes(&many).len(), 32);
    let list = format!("error_codes:[{}]", many.replace("AADSTS", ""));
    assert_eq!(find_codes(&list).len(), 32);
    let list = format!("error_codes:[{}", "12345,54321,".repeat(50_000));
    finds(&list, &[12345, 54321]);
}

/// The pieces of the corpus below.
#[rustfmt::skip]
const PIECES: &[&[u8]] = &[
    b"AADSTS", b"aad", b"sts", b"error_codes", b"error?code=", b"error code ", b"errorNo", b"[",
    b"{", b"]", b"\n", b"\r\n", b" | ", b"\x1b[31;1m", b"\x1b", b"\x1b[", b"50126", b"501",
    b"26:", b"7000215", b",", b"\"", b"\\\"", b"\0", b"\xff", b"\xc3", "ä│\u{200b}".as_bytes(),
    b"99999999999999", b" ", b"0",
];

/// A generated corpus: bytes and fragments put together by a small generator, with a fixed seed so
/// that a failure comes back. Nothing may panic, take long, repeat a code, or report one that the
/// text has no digits for.
#[test]
fn arbitrary_bytes_never_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut hits = 0;
    for _ in 0..20_000 {
        let mut bytes = Vec::new();
        for _ in 0..next() % 24 {
            let roll = next();
            if roll % 4 == 0 {
                bytes.extend_from_slice(&roll.to_le_bytes());
            } else {
                let pieces = u64::try_from(PIECES.len()).unwrap();
                bytes.extend_from_slice(PIECES[usize::try_from((roll >> 8) % pieces).unwrap()]);
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let codes = find_codes(&text);
        let mut unique = codes.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), codes.len(), "{text:?}");
        assert!(codes.iter().all(|&code| code <= 999_999_999), "{text:?}");
        hits += codes.len();
        let _ = parse_code(&text);
    }
    assert!(hits > 500, "the corpus reaches the code: {hits}");
}
