//! What is wrong with a CA file, or with the variables that name one, and what to do.

use crate::entra::{BadBlock, BadRootSetting, BadRoots, RootsFlaw};
use crate::text::{Text, io_reason, text};

impl BadRoots {
    /// Why, for a sentence about the file.
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::NoCertificate => text!("entra-no-certificate"),
            Self::Utf16 => text!("entra-roots-utf16"),
            Self::Binary => text!("entra-roots-binary"),
            Self::Block { number, line, flaw } => text!(
                "entra-roots-block",
                number = number,
                line = line,
                why = flaw.words()
            ),
        }
    }
}

impl BadBlock {
    fn words(&self) -> Text {
        match self {
            Self::Start => text!("entra-roots-start"),
            Self::End => text!("entra-roots-end"),
            Self::Encoding => text!("entra-roots-base64"),
            Self::NoCertificate => text!("entra-roots-no-certificate"),
            Self::Label(label) => text!("entra-roots-label", label = label),
        }
    }
}

impl BadRootSetting {
    /// What happened.
    pub(crate) fn words(&self) -> Text {
        text!(
            "entra-roots-variable",
            variable = self.variable,
            place = self.place,
            why = self.flaw.words()
        )
    }

    /// What to do.
    pub(crate) fn steps(&self) -> Vec<Text> {
        vec![
            text!("entra-roots-correct", variable = self.variable),
            text!("entra-enrol-roots"),
        ]
    }
}

impl RootsFlaw {
    fn words(&self) -> Text {
        match self {
            Self::EmptyVariable => text!("entra-roots-empty-variable"),
            Self::Unreadable(error) => io_reason(error),
            Self::EmptyFile => text!("entra-roots-empty-file"),
            Self::NoCertificate => text!("entra-no-certificate"),
            Self::NoneInDirectory => text!("entra-roots-none-in-directory"),
        }
    }
}
