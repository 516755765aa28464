//! Writing a file as a whole or not at all.

use std::fs;
use std::io::{self, Write};

use camino::Utf8Path;

/// Replaces a file by way of another beside it, which is renamed when all of it is on the disk. Whoever reads it meanwhile
/// sees the old or the new one. A link stays a link, and the permissions stay as they are.
///
/// # Errors
/// When the directory cannot be written; the file is then as it was.
pub fn write(path: &Utf8Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = (|| {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(text.as_bytes())?;
        if let Ok(old) = fs::metadata(&path) {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        // What is left of it is of no use; why it could not be written matters more.
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = Utf8Path::from_path(directory.path()).expect("a path in UTF-8");
        let path = root.join("expect.yaml");
        write(&path, "old").expect("it can be written");
        write(&path, "new").expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "new");
        assert_eq!(fs::read_dir(root).expect("a directory").count(), 1);
        assert!(write(&root.join("no/such/place"), "x").is_err());
        assert!(write(&root.join(".."), "x").is_err());
    }
}
