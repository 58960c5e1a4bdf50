//! Multipart forms as clients upload files in: <https://www.rfc-editor.org/rfc/rfc7578>.

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulator) struct Part {
    pub(in crate::simulator) name: String,
    pub(in crate::simulator) filename: Option<String>,
    pub(in crate::simulator) content_type: Option<String>,
    pub(in crate::simulator) bytes: Vec<u8>,
}

/// The parts of a body; `None` where it is no such form, or none that ends.
pub(in crate::simulator) fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary").filter(|boundary| (1..=70).contains(&boundary.len()))?;
    let delimiter = format!("--{boundary}");
    let mut rest = body.strip_prefix(delimiter.as_bytes())?;
    let mut parts = Vec::new();
    let between = format!("\r\n{delimiter}");
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let head = find(rest, b"\r\n\r\n")?;
        let (lines, after) = (std::str::from_utf8(&rest[..head]).ok()?, &rest[head + 4..]);
        let end = find(after, between.as_bytes())?;
        let header = |name: &str| {
            let lines = lines.split("\r\n").filter_map(|line| line.split_once(':'));
            lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
        };
        let (form_data, described) = header("content-disposition")?.split_once(';')?;
        if form_data.trim() != "form-data" {
            return None;
        }
        parts.push(Part {
            name: parameter(described, "name")?,
            filename: parameter(described, "filename"),
            content_type: header("content-type").map(str::to_owned),
            bytes: after[..end].to_vec(),
        });
        rest = &after[end + between.len()..];
    }
    Some(parts)
}

/// A header's parameter, with quotes or without.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut pairs = parameters.split(';').filter_map(|pair| pair.split_once('='));
    let value = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?.1.trim();
    Some(value.trim_matches('"').to_owned())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_clients_write_it() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n{}\r\n\
            --x\r\ncontent-disposition: form-data; name=\"files[0]\"; filename=\"a.png\"\r\n\r\n\x89PNG\r\n\x1a\r\n--x--\r\n";
        let read = parts("multipart/form-data; boundary=x", body).unwrap();
        assert_eq!((read[0].name.as_str(), read[0].bytes.as_slice()), ("payload_json", &b"{}"[..]));
        assert_eq!((read[1].filename.as_deref(), read[1].bytes.as_slice()), (Some("a.png"), &b"\x89PNG\r\n\x1a"[..]));
        for (kind, body) in [
            ("application/json", &b"{}"[..]),
            ("multipart/form-data; boundary=x", b"--y--"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end"),
        ] {
            assert_eq!(parts(kind, body), None, "{kind}");
        }
    }
}
