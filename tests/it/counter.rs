//! What people bring to the counter, and the way of a dossier through the offices.

use motcua::platform::failure::Failure;
use motcua::record::dossier::{self, Found};
use motcua::work::intake::{self, Intake};
use motcua_domain::dossier::{FeeDue, FeeWay, PaperIn, Particulars, Person, ReturnVia};
use motcua_domain::identity::IdNumber;
use motcua_domain::procedure::{Channel, Tier};

use crate::app::TestApp;
use crate::browser::Page;

/// Goes from the one-stop over the justice office and its head to the leaders.
pub const PROCEDURE: &str = "2.000913";
pub const DISTRICT: &str = "pacnam";
pub const COUNTER: &str = "motcua1";
pub const SPECIALIST: &str = "tuphap1";
pub const COLLEAGUE: &str = "tuphap2";
pub const HEAD: &str = "tuphap.truong";
pub const LEADER: &str = "chutich";

pub fn particulars() -> Particulars {
    Particulars {
        applicant: Person {
            name: "Nguyễn Văn A".into(),
            id_number: IdNumber::parse("006090000123").ok(),
            phone: Some("0912345678".into()),
            address: "Nà Coóc, Bộc Bố".into(),
            ..Person::default()
        },
        acting: None,
        papers: vec![PaperIn {
            name: "Phiếu yêu cầu".into(), originals: 1, certified: 0, copies: 0, certify: None
        }],
        sets: 1,
        fee: FeeDue { way: FeeWay::NoFee, amount: 0 },
        return_via: ReturnVia::Counter,
        note: String::new(),
    }
}

pub fn intake() -> Intake {
    Intake {
        agency: DISTRICT.into(),
        tier: Tier::District,
        procedure: PROCEDURE.into(),
        case: 0,
        channel: Channel::Direct,
        place: None,
        particulars: particulars(),
    }
}

impl TestApp {
    /// A dossier taken in at the district's counter.
    pub fn received(&self) -> Found {
        self.take_in(COUNTER, intake()).unwrap()
    }

    pub fn take_in(&self, login: &str, intake: Intake) -> Result<Found, Failure> {
        let (ctx, registry) = (self.ctx(Some(login)), self.registry());
        self.write(move |tx| intake::accept(tx, &ctx, &registry, intake.clone()))
    }

    /// An act through the dossier's page, by somebody who looks at it as it is now.
    pub fn act(&self, login: &str, id: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let version = self.dossier(id).dossier.version.to_string();
        let mut fields = fields.to_vec();
        fields.push(("version", &version));
        self.as_officer(login).post(&format!("/desk/dossiers/{id}/{act}"), &fields)
    }

    pub fn dossier(&self, id: &str) -> Found {
        self.read(|tx| dossier::by_id(tx, id)).unwrap()
    }

    /// A dossier that lies at the one-stop, granted, with its result.
    pub fn ready(&self) -> Found {
        let id = self.received().id;
        self.act(COUNTER, &id, "forward", &[]).expect(303);
        self.act(SPECIALIST, &id, "claim", &[]).expect(303);
        self.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", "Đủ điều kiện")]).expect(303);
        self.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
        self.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
        self.dossier(&id)
    }
}
