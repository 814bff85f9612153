absence
    entered_at TEXT NOT NULL
    entered_by TEXT NOT NULL
    from_on TEXT NOT NULL
    id TEXT NOT NULL KEY 2
    login TEXT NOT NULL
    office TEXT
    procedure TEXT
    role TEXT
    substitute TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    to_on TEXT NOT NULL

account
    active INTEGER NOT NULL
    login TEXT NOT NULL KEY 2
    password_hash TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

api_key
    created_at TEXT NOT NULL
    key_hash TEXT NOT NULL KEY 2
    label TEXT NOT NULL
    login TEXT NOT NULL
    revoked_at TEXT
    seen_at TEXT
    tenant TEXT NOT NULL KEY 1

audit
    agency TEXT NOT NULL
    at TEXT NOT NULL
    dossier TEXT
    id TEXT NOT NULL KEY 2
    kind TEXT NOT NULL
    login TEXT NOT NULL
    network TEXT NOT NULL
    office TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    through TEXT NOT NULL

backup_run
    ended_at TEXT
    failed_because TEXT
    file TEXT
    number INTEGER NOT NULL KEY 1
    seen_at TEXT NOT NULL
    started_at TEXT NOT NULL

ceremony
    expires_at TEXT NOT NULL
    kind TEXT NOT NULL
    login TEXT NOT NULL
    state TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    token_hash TEXT NOT NULL KEY 2
    wrong INTEGER NOT NULL

checkpoint
    made_at TEXT NOT NULL
    note TEXT NOT NULL
    size INTEGER NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1

checkpoint_key
    number INTEGER NOT NULL KEY 2
    since TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    verifier TEXT NOT NULL

dossier
    agency TEXT NOT NULL
    applicant_folded TEXT NOT NULL
    channel TEXT NOT NULL
    closed_at TEXT
    code TEXT NOT NULL
    due_at TEXT NOT NULL
    field TEXT NOT NULL
    id TEXT NOT NULL KEY 2
    id_number TEXT
    line TEXT
    national_due_at TEXT
    online_level INTEGER
    procedure TEXT NOT NULL
    promised_at TEXT
    received_at TEXT NOT NULL
    settled_at TEXT
    status TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    tier TEXT NOT NULL
    version INTEGER NOT NULL

dossier_office
    dossier TEXT NOT NULL KEY 4
    office TEXT NOT NULL KEY 2
    received_at TEXT NOT NULL KEY 3
    tenant TEXT NOT NULL KEY 1

dossier_serial
    agency TEXT NOT NULL KEY 2
    day TEXT NOT NULL KEY 3
    last INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

dossier_state
    dossier TEXT NOT NULL KEY 2
    state TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

event
    at TEXT NOT NULL
    batch INTEGER
    body TEXT NOT NULL
    by_account TEXT NOT NULL
    id TEXT NOT NULL
    kind TEXT NOT NULL
    office TEXT NOT NULL
    salt TEXT NOT NULL
    seq INTEGER NOT NULL KEY 3
    stream TEXT NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1

figure
    agency TEXT NOT NULL KEY 3
    answered INTEGER NOT NULL
    asked_more INTEGER NOT NULL
    asked_once INTEGER NOT NULL
    channel TEXT NOT NULL KEY 9
    cleared INTEGER NOT NULL
    day TEXT NOT NULL KEY 4
    early INTEGER NOT NULL
    electronic INTEGER NOT NULL
    excused INTEGER NOT NULL
    field TEXT NOT NULL KEY 7
    index_late INTEGER NOT NULL
    index_passed INTEGER NOT NULL
    just INTEGER NOT NULL
    kept INTEGER NOT NULL
    late INTEGER NOT NULL
    left_out INTEGER NOT NULL
    missed INTEGER NOT NULL
    office TEXT NOT NULL KEY 5
    on_time INTEGER NOT NULL
    outage INTEGER NOT NULL
    passed INTEGER NOT NULL
    payment INTEGER NOT NULL
    procedure TEXT NOT NULL KEY 8
    received INTEGER NOT NULL
    since INTEGER NOT NULL
    sooner INTEGER NOT NULL
    span TEXT NOT NULL KEY 2
    supplement INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1
    tier TEXT NOT NULL KEY 6

figure_dossier
    agency TEXT NOT NULL
    appointed_at TEXT NOT NULL
    appointed_on TEXT NOT NULL
    channel TEXT NOT NULL
    dossier TEXT NOT NULL KEY 2
    due_at TEXT NOT NULL
    due_on TEXT NOT NULL
    field TEXT NOT NULL
    firmly TEXT
    formally TEXT
    index_at TEXT
    index_on TEXT
    office TEXT NOT NULL
    procedure TEXT NOT NULL
    received_on TEXT NOT NULL
    scored TEXT NOT NULL
    settled_on TEXT NOT NULL
    stood TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    tier TEXT NOT NULL
    version INTEGER NOT NULL

figure_mark
    batch INTEGER NOT NULL
    event TEXT NOT NULL
    filled TEXT NOT NULL
    taken_at TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

guess
    blocked_until TEXT NOT NULL
    subject TEXT NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1
    wrong INTEGER NOT NULL

idempotency
    body TEXT NOT NULL
    created_at TEXT NOT NULL
    key TEXT NOT NULL KEY 3
    login TEXT NOT NULL KEY 2
    request_hash TEXT NOT NULL
    status INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

known_device
    login TEXT NOT NULL KEY 3
    seen_at TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    token_hash TEXT NOT NULL KEY 2

letter_serial
    agency TEXT NOT NULL KEY 2
    kind TEXT NOT NULL KEY 3
    last INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1
    year INTEGER NOT NULL KEY 4

mail_outbox
    about TEXT NOT NULL
    body TEXT NOT NULL
    failed_because TEXT
    id TEXT NOT NULL KEY 2
    made_at TEXT NOT NULL
    next_at TEXT
    sent_at TEXT
    subject TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    to_address TEXT NOT NULL
    tries INTEGER NOT NULL

opening
    day TEXT NOT NULL KEY 3
    dossier TEXT NOT NULL KEY 4
    idle INTEGER NOT NULL
    login TEXT NOT NULL KEY 2
    outside INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1
    times INTEGER NOT NULL

opening_mark
    audit TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

outage
    agency TEXT NOT NULL
    began_at TEXT NOT NULL
    began_by TEXT NOT NULL
    ended_at TEXT
    ended_by TEXT
    id TEXT NOT NULL KEY 2
    reason TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

outside_link
    dossier TEXT NOT NULL
    expires_at TEXT NOT NULL
    made_at TEXT NOT NULL
    made_by TEXT NOT NULL
    mail TEXT
    number INTEGER NOT NULL
    office TEXT NOT NULL
    opened_at TEXT
    revoked_at TEXT
    since TEXT NOT NULL
    slip_number INTEGER NOT NULL
    step INTEGER NOT NULL
    task INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1
    token_hash TEXT NOT NULL KEY 2
    used_at TEXT

overview_case
    agency TEXT NOT NULL KEY 3
    by_account TEXT NOT NULL
    day TEXT NOT NULL KEY 4
    dossier TEXT NOT NULL KEY 5
    measure INTEGER NOT NULL
    sign TEXT NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1

overview_dossier
    agency TEXT NOT NULL
    awaits TEXT NOT NULL
    cases TEXT NOT NULL
    dossier TEXT NOT NULL KEY 2
    due_on TEXT
    office TEXT NOT NULL
    officer TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

overview_now
    agency TEXT NOT NULL KEY 2
    awaits TEXT NOT NULL KEY 6
    due_on TEXT NOT NULL KEY 3
    number INTEGER NOT NULL
    office TEXT NOT NULL KEY 4
    officer TEXT NOT NULL KEY 5
    tenant TEXT NOT NULL KEY 1

overview_officer
    agency TEXT NOT NULL KEY 3
    answered INTEGER NOT NULL
    asked_more INTEGER NOT NULL
    asked_once INTEGER NOT NULL
    cleared INTEGER NOT NULL
    day TEXT NOT NULL KEY 4
    early INTEGER NOT NULL
    electronic INTEGER NOT NULL
    excused INTEGER NOT NULL
    index_late INTEGER NOT NULL
    index_passed INTEGER NOT NULL
    just INTEGER NOT NULL
    kept INTEGER NOT NULL
    late INTEGER NOT NULL
    left_out INTEGER NOT NULL
    missed INTEGER NOT NULL
    officer TEXT NOT NULL KEY 5
    on_time INTEGER NOT NULL
    outage INTEGER NOT NULL
    passed INTEGER NOT NULL
    payment INTEGER NOT NULL
    received INTEGER NOT NULL
    since INTEGER NOT NULL
    sooner INTEGER NOT NULL
    span TEXT NOT NULL KEY 2
    supplement INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

overview_open
    agency TEXT NOT NULL KEY 2
    channel TEXT NOT NULL KEY 7
    field TEXT NOT NULL KEY 6
    month TEXT NOT NULL KEY 3
    number INTEGER NOT NULL
    office TEXT NOT NULL KEY 5
    officer TEXT NOT NULL KEY 8
    received_on TEXT NOT NULL KEY 4
    tenant TEXT NOT NULL KEY 1

overview_waited
    agency TEXT NOT NULL KEY 3
    channel TEXT NOT NULL KEY 7
    day TEXT NOT NULL KEY 4
    days INTEGER NOT NULL KEY 9
    field TEXT NOT NULL KEY 6
    number INTEGER NOT NULL
    office TEXT NOT NULL KEY 5
    officer TEXT NOT NULL KEY 8
    span TEXT NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1

passkey
    created_at TEXT NOT NULL
    credential TEXT NOT NULL
    id TEXT NOT NULL KEY 2
    label TEXT NOT NULL
    login TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    used_at TEXT

probe
    at TEXT NOT NULL
    id TEXT NOT NULL KEY 1

procedure_draft
    based_on INTEGER NOT NULL
    body TEXT NOT NULL
    changed_at TEXT NOT NULL
    changed_by TEXT NOT NULL
    key TEXT NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1
    valid_from TEXT
    version INTEGER NOT NULL

procedure_version
    body TEXT NOT NULL
    key TEXT NOT NULL KEY 2
    origin TEXT NOT NULL
    published_at TEXT
    published_by TEXT
    reason TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    valid_from TEXT NOT NULL
    version INTEGER NOT NULL KEY 3

procedure_withdrawal
    key TEXT NOT NULL KEY 2
    reason TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    withdrawn_at TEXT NOT NULL

recovery_code
    code_hash TEXT NOT NULL KEY 3
    login TEXT NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1
    used_at TEXT

registry_item
    body TEXT NOT NULL
    id TEXT NOT NULL KEY 3
    kind TEXT NOT NULL KEY 2
    position INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

registry_site
    id TEXT NOT NULL KEY 1
    revision INTEGER NOT NULL

reminder
    about TEXT NOT NULL
    code TEXT NOT NULL
    dossier TEXT NOT NULL
    due_at TEXT NOT NULL
    id TEXT NOT NULL KEY 2
    login TEXT
    made_at TEXT NOT NULL
    office TEXT NOT NULL
    role TEXT NOT NULL
    seen_at TEXT
    seen_by TEXT
    stage TEXT NOT NULL
    task INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

roster
    counter TEXT NOT NULL KEY 4
    day TEXT NOT NULL KEY 3
    login TEXT NOT NULL
    office TEXT NOT NULL KEY 2
    position INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

schema_migration
    checksum TEXT NOT NULL
    name TEXT NOT NULL
    number INTEGER NOT NULL KEY 1

seal
    events INTEGER NOT NULL
    hash TEXT NOT NULL
    number INTEGER NOT NULL KEY 2
    previous TEXT NOT NULL
    sealed_at TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

session
    browser TEXT NOT NULL
    created_at TEXT NOT NULL
    expires_at TEXT NOT NULL
    id TEXT
    login TEXT NOT NULL
    network TEXT NOT NULL
    seen_at TEXT
    tenant TEXT NOT NULL KEY 1
    token_hash TEXT NOT NULL KEY 2
    way TEXT NOT NULL

slip
    confirmed_at TEXT
    from_office TEXT NOT NULL
    kind TEXT NOT NULL
    made_at TEXT NOT NULL
    made_by TEXT NOT NULL
    number TEXT NOT NULL KEY 2
    partner TEXT NOT NULL
    person TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    to_office TEXT NOT NULL

slip_item
    confirmed_at TEXT
    confirmed_by TEXT
    dossier TEXT NOT NULL KEY 3
    slip TEXT NOT NULL KEY 2
    task INTEGER NOT NULL KEY 4
    tenant TEXT NOT NULL KEY 1

slip_serial
    agency TEXT NOT NULL KEY 2
    last INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1
    year INTEGER NOT NULL KEY 3

stay
    acknowledged_at TEXT
    agency TEXT NOT NULL
    answered INTEGER NOT NULL
    dossier TEXT NOT NULL
    due_at TEXT
    ended_at TEXT
    id TEXT NOT NULL KEY 2
    kind TEXT NOT NULL
    office TEXT NOT NULL
    since TEXT NOT NULL
    task INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

task
    dossier TEXT NOT NULL
    due_at TEXT NOT NULL
    holder TEXT
    id TEXT NOT NULL KEY 2
    kind TEXT NOT NULL
    late_at TEXT NOT NULL
    number INTEGER NOT NULL
    office TEXT NOT NULL
    procedure TEXT NOT NULL
    role TEXT NOT NULL
    since TEXT NOT NULL
    slip TEXT
    step_due_at TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1
    waiting INTEGER NOT NULL

totp
    confirmed_at TEXT
    last_step INTEGER NOT NULL
    login TEXT NOT NULL KEY 2
    secret TEXT NOT NULL
    tenant TEXT NOT NULL KEY 1

tree_seal
    number INTEGER NOT NULL KEY 2
    size INTEGER NOT NULL
    tenant TEXT NOT NULL KEY 1

tree_tile
    hashes BLOB NOT NULL
    level INTEGER NOT NULL KEY 2
    tenant TEXT NOT NULL KEY 1
    tile INTEGER NOT NULL KEY 3

unusual
    agency TEXT NOT NULL
    audit TEXT NOT NULL
    day TEXT NOT NULL KEY 3
    dossier TEXT NOT NULL KEY 5
    login TEXT NOT NULL KEY 2
    office TEXT NOT NULL
    rule TEXT NOT NULL KEY 4
    tenant TEXT NOT NULL KEY 1
    times INTEGER NOT NULL
    usual INTEGER NOT NULL

create index absence_to_on on absence (tenant, to_on, id)
create index audit_by_agency on audit (tenant, agency, id)
create index audit_by_dossier on audit (tenant, dossier, id) where dossier is not null
create index audit_by_kind on audit (tenant, kind, id)
create index audit_by_login on audit (tenant, login, id)
create index checkpoint_made on checkpoint (tenant, made_at, size)
create index dossier_by_agency on dossier (tenant, agency, received_at, id)
create index dossier_by_name on dossier (tenant, agency, applicant_folded, id)
create index dossier_by_receipt on dossier (tenant, received_at, id)
create index dossier_closed on dossier (tenant, id_number, procedure) where closed_at is not null
create index dossier_open on dossier (tenant, agency, id) where closed_at is null
create index dossier_person on dossier (tenant, id_number, procedure) where closed_at is null
create index dossier_without_line on dossier (tenant, id) where line is null
create index event_sealed on event (tenant, batch, id)
create index event_unsealed on event (tenant, id) where batch is null
create index figure_dossier_appointed on figure_dossier (tenant, agency, appointed_on) where appointed_on <> due_on
create index figure_dossier_due on figure_dossier (tenant, agency, due_on, dossier)
create index figure_dossier_index on figure_dossier (tenant, agency, index_on) where index_on <> due_on
create index figure_dossier_received on figure_dossier (tenant, agency, received_on, dossier)
create index figure_dossier_settled on figure_dossier (tenant, agency, settled_on, dossier)
create index mail_outbox_about on mail_outbox (tenant, about, id)
create index mail_outbox_next on mail_outbox (tenant, next_at, id) where next_at is not null
create index outage_agency on outage (tenant, agency, began_at)
create index overview_dossier_open on overview_dossier (tenant, agency, due_on, dossier) where due_on is not null
create index passkey_login on passkey (tenant, login, created_at)
create index reminder_dossier on reminder (tenant, dossier)
create index reminder_open on reminder (tenant, office, role, made_at, id) where seen_at is null
create index session_login on session (tenant, login, created_at)
create index slip_from on slip (tenant, from_office, made_at, number)
create index slip_item_dossier on slip_item (tenant, dossier, slip)
create index slip_to on slip (tenant, to_office, made_at, number)
create index stay_agency_since on stay (tenant, agency, since, id)
create index stay_dossier on stay (tenant, dossier, id)
create index stay_open on stay (tenant, since, id) where ended_at is null
create index stay_since on stay (tenant, since, id)
create index task_dossier on task (tenant, dossier)
create index task_due on task (tenant, due_at, id)
create index task_holder_due on task (tenant, holder, due_at, id)
create index task_holder_late on task (tenant, holder, late_at, id) where holder is not null
create index task_office_due on task (tenant, office, due_at, id)
create index task_office_late on task (tenant, office, late_at, id)
create index task_office_slip on task (tenant, office, due_at, id) where slip is not null
create index task_office_waiting on task (tenant, office, due_at, id) where waiting
create index task_step_due on task (tenant, step_due_at, id)
create index tree_seal_size on tree_seal (tenant, size)
create index unusual_newest on unusual (tenant, audit, rule, dossier)
