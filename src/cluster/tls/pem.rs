//! PEM as Go's `encoding/pem` reads it: whatever stands between blocks, and blocks that can't be read, are passed over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A block of a file.
pub(in crate::cluster) struct Block {
    /// What it says it is, such as `CERTIFICATE`.
    pub(in crate::cluster) label: String,
    /// Whether it has headers, as encrypted keys of old have.
    pub(in crate::cluster) has_headers: bool,
    /// Its contents.
    pub(in crate::cluster) der: Vec<u8>,
}

/// Every block that can be read.
pub(in crate::cluster) fn blocks(data: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(data);
    let mut blocks = Vec::new();
    let mut open: Option<(String, bool, String)> = None;
    for line in text.lines() {
        let line = line.trim_end();
        let marked = |begin: &str| line.strip_prefix(begin)?.strip_suffix("-----").map(str::to_owned);
        if let Some(label) = marked("-----BEGIN ") {
            open = Some((label, false, String::new()));
        } else if let Some(end) = marked("-----END ") {
            let Some((label, has_headers, body)) = open.take().filter(|(label, ..)| *label == end) else { continue };
            if let Ok(der) = STANDARD.decode(body) {
                blocks.push(Block { label, has_headers, der });
            }
        } else if let Some((_, has_headers, body)) = &mut open {
            if line.contains(':') {
                *has_headers = true;
            } else {
                body.extend(line.split_whitespace());
            }
        }
    }
    blocks
}

/// The certificates among them.
pub(in crate::cluster) fn certificates(data: &[u8]) -> Vec<Vec<u8>> {
    blocks(data).into_iter().filter(|block| block.label == "CERTIFICATE").map(|block| block.der).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_read() {
        let good = "-----BEGIN CERTIFICATE-----\nTUFS\n S0VE \n-----END CERTIFICATE-----";
        for (text, count) in [
            (good.to_owned(), 1),
            (format!("junk\n{good}\nmore\n{good}\n"), 2),
            (good.replace('\n', "\r\n"), 1),
            (good.replace("S0VE", "*"), 0),
            (format!("{}\n{good}", good.replace("S0VE", "*")), 1),
            (good.replace("END CERTIFICATE", "END KEY"), 0),
            (good.replace("-----END CERTIFICATE-----", ""), 0),
            (format!("-----BEGIN CERTIFICATE-----\nTUFS\n{good}"), 1),
            (good.replace("CERTIFICATE", "PRIVATE KEY"), 0),
            (String::new(), 0),
        ] {
            assert_eq!(certificates(text.as_bytes()), vec![b"MARKED".to_vec(); count], "{text}");
        }
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nTUFS\n-----END RSA PRIVATE KEY-----\n";
        assert!(blocks(old.as_bytes())[0].has_headers);
    }
}
