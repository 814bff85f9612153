//! The independent readers: programs that know nothing of our press. A machine without them fails here with the name of
//! the package, it does not skip.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A letter on disk for as long as a test looks at it.
pub struct OnDisk {
    folder: PathBuf,
}

impl OnDisk {
    pub fn new(pdf: &[u8]) -> OnDisk {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("motcua-print-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("the temporary folder can be made");
        std::fs::write(folder.join("letter.pdf"), pdf).expect("the letter can be written");
        OnDisk { folder }
    }

    /// The text line by line across the page, each run of white space as one space.
    pub fn text(&self) -> String {
        let text = run("pdftotext", &["-layout", "letter.pdf", "-"], &self.folder, "poppler-utils");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// As `lines`, each run of white space as one space: cells of a table follow one another, turned text is in one piece.
    pub fn raw(&self) -> String {
        self.lines().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text in the order in which it was written, in lines.
    pub fn lines(&self) -> String {
        let text = run("pdftotext", &["-raw", "letter.pdf", "-"], &self.folder, "poppler-utils");
        text.replace('\u{c}', "--- page ---\n")
    }

    pub fn info(&self) -> String {
        run("pdfinfo", &["letter.pdf"], &self.folder, "poppler-utils")
    }

    pub fn metadata(&self) -> String {
        run("pdfinfo", &["-meta", "letter.pdf"], &self.folder, "poppler-utils")
    }

    pub fn fonts(&self) -> String {
        run("pdffonts", &["letter.pdf"], &self.folder, "poppler-utils")
    }

    /// What a scanner reads off the first page of a black-and-white print, one line for each symbol.
    pub fn scan(&self, dpi: u32) -> Vec<String> {
        let dpi = dpi.to_string();
        run(
            "pdftoppm",
            &["-r", &dpi, "-mono", "-f", "1", "-l", "1", "letter.pdf", "page"],
            &self.folder,
            "poppler-utils",
        );
        let drawn = std::fs::read_dir(&self.folder).expect("the folder is readable").flatten();
        let page = drawn.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "pbm"));
        let page = page.expect("pdftoppm drew a page");
        let page = page.to_str().expect("the path is text");
        let read = run("zbarimg", &["--quiet", "--nodbus", page], &self.folder, "zbar-tools");
        read.lines().map(str::to_owned).collect()
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn assert_says(text: &str, facts: &[&str]) {
    for fact in facts {
        assert!(text.contains(fact), "{fact:?} is not on the letter: {text}");
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path, package: &str) -> String {
    let output =
        Command::new(program).args(arguments).current_dir(folder).output().unwrap_or_else(|fault| {
            panic!("{program} cannot be run ({fault}): install the package {package}; ./ci does")
        });
    let errors = String::from_utf8_lossy(&output.stderr);
    // zbarimg ends with 4 when it sees no symbol.
    let nothing_seen = program == "zbarimg" && output.status.code() == Some(4);
    assert!(output.status.success() || nothing_seen, "{program} {arguments:?} failed with {}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("the answer is UTF-8")
}
