absence
    entered_at timestamp with time zone NOT NULL
    entered_by text NOT NULL
    from_on date NOT NULL
    id text NOT NULL KEY 2
    login text NOT NULL
    office text
    procedure text
    role text
    substitute text NOT NULL
    tenant text NOT NULL KEY 1
    to_on date NOT NULL

account
    active boolean NOT NULL
    login text NOT NULL KEY 2
    password_hash text NOT NULL
    tenant text NOT NULL KEY 1

api_key
    created_at timestamp with time zone NOT NULL
    key_hash text NOT NULL KEY 2
    label text NOT NULL
    login text NOT NULL
    revoked_at timestamp with time zone
    seen_at timestamp with time zone
    tenant text NOT NULL KEY 1

audit
    agency text NOT NULL
    at timestamp with time zone NOT NULL
    dossier text
    id text NOT NULL KEY 2
    kind text NOT NULL
    login text NOT NULL
    network text NOT NULL
    office text NOT NULL
    tenant text NOT NULL KEY 1
    through text NOT NULL

backup_run
    ended_at timestamp with time zone
    failed_because text
    file text
    number bigint NOT NULL KEY 1
    seen_at timestamp with time zone NOT NULL
    started_at timestamp with time zone NOT NULL

ceremony
    expires_at timestamp with time zone NOT NULL
    kind text NOT NULL
    login text NOT NULL
    state text NOT NULL
    tenant text NOT NULL KEY 1
    token_hash text NOT NULL KEY 2
    wrong bigint NOT NULL

checkpoint
    made_at timestamp with time zone NOT NULL
    note text NOT NULL
    size bigint NOT NULL KEY 2
    tenant text NOT NULL KEY 1

checkpoint_key
    number bigint NOT NULL KEY 2
    since timestamp with time zone NOT NULL
    tenant text NOT NULL KEY 1
    verifier text NOT NULL

dossier
    agency text NOT NULL
    applicant_folded text NOT NULL
    channel text NOT NULL
    closed_at timestamp with time zone
    code text NOT NULL
    due_at timestamp with time zone NOT NULL
    field text NOT NULL
    id text NOT NULL KEY 2
    id_number text
    line json
    national_due_at timestamp with time zone
    online_level bigint
    procedure text NOT NULL
    promised_at timestamp with time zone
    received_at timestamp with time zone NOT NULL
    settled_at timestamp with time zone
    status text NOT NULL
    tenant text NOT NULL KEY 1
    tier text NOT NULL
    version bigint NOT NULL

dossier_office
    dossier text NOT NULL KEY 4
    office text NOT NULL KEY 2
    received_at timestamp with time zone NOT NULL KEY 3
    tenant text NOT NULL KEY 1

dossier_serial
    agency text NOT NULL KEY 2
    day date NOT NULL KEY 3
    last bigint NOT NULL
    tenant text NOT NULL KEY 1

dossier_state
    dossier text NOT NULL KEY 2
    state json NOT NULL
    tenant text NOT NULL KEY 1

event
    at timestamp with time zone NOT NULL
    batch bigint
    body text NOT NULL
    by_account text NOT NULL
    id text NOT NULL
    kind text NOT NULL
    office text NOT NULL
    salt text NOT NULL
    seq bigint NOT NULL KEY 3
    stream text NOT NULL KEY 2
    tenant text NOT NULL KEY 1

figure
    agency text NOT NULL KEY 3
    answered bigint NOT NULL
    asked_more bigint NOT NULL
    asked_once bigint NOT NULL
    channel text NOT NULL KEY 9
    cleared bigint NOT NULL
    day date NOT NULL KEY 4
    early bigint NOT NULL
    electronic bigint NOT NULL
    excused bigint NOT NULL
    field text NOT NULL KEY 7
    index_late bigint NOT NULL
    index_passed bigint NOT NULL
    just bigint NOT NULL
    kept bigint NOT NULL
    late bigint NOT NULL
    left_out bigint NOT NULL
    missed bigint NOT NULL
    office text NOT NULL KEY 5
    on_time bigint NOT NULL
    outage bigint NOT NULL
    passed bigint NOT NULL
    payment bigint NOT NULL
    procedure text NOT NULL KEY 8
    received bigint NOT NULL
    since bigint NOT NULL
    sooner bigint NOT NULL
    span text NOT NULL KEY 2
    supplement bigint NOT NULL
    tenant text NOT NULL KEY 1
    tier text NOT NULL KEY 6

figure_dossier
    agency text NOT NULL
    appointed_at timestamp with time zone NOT NULL
    appointed_on date NOT NULL
    channel text NOT NULL
    dossier text NOT NULL KEY 2
    due_at timestamp with time zone NOT NULL
    due_on date NOT NULL
    field text NOT NULL
    firmly text
    formally text
    index_at timestamp with time zone
    index_on date
    office text NOT NULL
    procedure text NOT NULL
    received_on date NOT NULL
    scored json NOT NULL
    settled_on date NOT NULL
    stood json NOT NULL
    tenant text NOT NULL KEY 1
    tier text NOT NULL
    version bigint NOT NULL

figure_mark
    batch bigint NOT NULL
    event text NOT NULL
    filled text NOT NULL
    taken_at timestamp with time zone NOT NULL
    tenant text NOT NULL KEY 1

guess
    blocked_until timestamp with time zone NOT NULL
    subject text NOT NULL KEY 2
    tenant text NOT NULL KEY 1
    wrong bigint NOT NULL

idempotency
    body text NOT NULL
    created_at timestamp with time zone NOT NULL
    key text NOT NULL KEY 3
    login text NOT NULL KEY 2
    request_hash text NOT NULL
    status bigint NOT NULL
    tenant text NOT NULL KEY 1

known_device
    login text NOT NULL KEY 3
    seen_at timestamp with time zone NOT NULL
    tenant text NOT NULL KEY 1
    token_hash text NOT NULL KEY 2

letter_serial
    agency text NOT NULL KEY 2
    kind text NOT NULL KEY 3
    last bigint NOT NULL
    tenant text NOT NULL KEY 1
    year bigint NOT NULL KEY 4

mail_outbox
    about text NOT NULL
    body text NOT NULL
    failed_because text
    id text NOT NULL KEY 2
    made_at timestamp with time zone NOT NULL
    next_at timestamp with time zone
    sent_at timestamp with time zone
    subject text NOT NULL
    tenant text NOT NULL KEY 1
    to_address text NOT NULL
    tries bigint NOT NULL

opening
    day date NOT NULL KEY 3
    dossier text NOT NULL KEY 4
    idle bigint NOT NULL
    login text NOT NULL KEY 2
    outside bigint NOT NULL
    tenant text NOT NULL KEY 1
    times bigint NOT NULL

opening_mark
    audit text NOT NULL
    tenant text NOT NULL KEY 1

outage
    agency text NOT NULL
    began_at timestamp with time zone NOT NULL
    began_by text NOT NULL
    ended_at timestamp with time zone
    ended_by text
    id text NOT NULL KEY 2
    reason text NOT NULL
    tenant text NOT NULL KEY 1

outside_link
    dossier text NOT NULL
    expires_at timestamp with time zone NOT NULL
    made_at timestamp with time zone NOT NULL
    made_by text NOT NULL
    mail text
    number bigint NOT NULL
    office text NOT NULL
    opened_at timestamp with time zone
    revoked_at timestamp with time zone
    since timestamp with time zone NOT NULL
    slip_number bigint NOT NULL
    step bigint NOT NULL
    task bigint NOT NULL
    tenant text NOT NULL KEY 1
    token_hash text NOT NULL KEY 2
    used_at timestamp with time zone

overview_case
    agency text NOT NULL KEY 3
    by_account text NOT NULL
    day date NOT NULL KEY 4
    dossier text NOT NULL KEY 5
    measure bigint NOT NULL
    sign text NOT NULL KEY 2
    tenant text NOT NULL KEY 1

overview_dossier
    agency text NOT NULL
    awaits text NOT NULL
    cases json NOT NULL
    dossier text NOT NULL KEY 2
    due_on date
    office text NOT NULL
    officer text NOT NULL
    tenant text NOT NULL KEY 1

overview_now
    agency text NOT NULL KEY 2
    awaits text NOT NULL KEY 6
    due_on date NOT NULL KEY 3
    number bigint NOT NULL
    office text NOT NULL KEY 4
    officer text NOT NULL KEY 5
    tenant text NOT NULL KEY 1

overview_officer
    agency text NOT NULL KEY 3
    answered bigint NOT NULL
    asked_more bigint NOT NULL
    asked_once bigint NOT NULL
    cleared bigint NOT NULL
    day date NOT NULL KEY 4
    early bigint NOT NULL
    electronic bigint NOT NULL
    excused bigint NOT NULL
    index_late bigint NOT NULL
    index_passed bigint NOT NULL
    just bigint NOT NULL
    kept bigint NOT NULL
    late bigint NOT NULL
    left_out bigint NOT NULL
    missed bigint NOT NULL
    officer text NOT NULL KEY 5
    on_time bigint NOT NULL
    outage bigint NOT NULL
    passed bigint NOT NULL
    payment bigint NOT NULL
    received bigint NOT NULL
    since bigint NOT NULL
    sooner bigint NOT NULL
    span text NOT NULL KEY 2
    supplement bigint NOT NULL
    tenant text NOT NULL KEY 1

overview_open
    agency text NOT NULL KEY 2
    channel text NOT NULL KEY 7
    field text NOT NULL KEY 6
    month date NOT NULL KEY 3
    number bigint NOT NULL
    office text NOT NULL KEY 5
    officer text NOT NULL KEY 8
    received_on date NOT NULL KEY 4
    tenant text NOT NULL KEY 1

overview_waited
    agency text NOT NULL KEY 3
    channel text NOT NULL KEY 7
    day date NOT NULL KEY 4
    days bigint NOT NULL KEY 9
    field text NOT NULL KEY 6
    number bigint NOT NULL
    office text NOT NULL KEY 5
    officer text NOT NULL KEY 8
    span text NOT NULL KEY 2
    tenant text NOT NULL KEY 1

passkey
    created_at timestamp with time zone NOT NULL
    credential text NOT NULL
    id text NOT NULL KEY 2
    label text NOT NULL
    login text NOT NULL
    tenant text NOT NULL KEY 1
    used_at timestamp with time zone

probe
    at timestamp with time zone NOT NULL
    id text NOT NULL KEY 1

procedure_draft
    based_on bigint NOT NULL
    body json NOT NULL
    changed_at timestamp with time zone NOT NULL
    changed_by text NOT NULL
    key text NOT NULL KEY 2
    tenant text NOT NULL KEY 1
    valid_from date
    version bigint NOT NULL

procedure_version
    body json NOT NULL
    key text NOT NULL KEY 2
    origin text NOT NULL
    published_at timestamp with time zone
    published_by text
    reason text NOT NULL
    tenant text NOT NULL KEY 1
    valid_from date NOT NULL
    version bigint NOT NULL KEY 3

procedure_withdrawal
    key text NOT NULL KEY 2
    reason text NOT NULL
    tenant text NOT NULL KEY 1
    withdrawn_at timestamp with time zone NOT NULL

recovery_code
    code_hash text NOT NULL KEY 3
    login text NOT NULL KEY 2
    tenant text NOT NULL KEY 1
    used_at timestamp with time zone

registry_item
    body json NOT NULL
    id text NOT NULL KEY 3
    kind text NOT NULL KEY 2
    position bigint NOT NULL
    tenant text NOT NULL KEY 1

registry_site
    id text NOT NULL KEY 1
    revision bigint NOT NULL

reminder
    about text NOT NULL
    code text NOT NULL
    dossier text NOT NULL
    due_at timestamp with time zone NOT NULL
    id text NOT NULL KEY 2
    login text
    made_at timestamp with time zone NOT NULL
    office text NOT NULL
    role text NOT NULL
    seen_at timestamp with time zone
    seen_by text
    stage text NOT NULL
    task bigint NOT NULL
    tenant text NOT NULL KEY 1

roster
    counter text NOT NULL KEY 4
    day date NOT NULL KEY 3
    login text NOT NULL
    office text NOT NULL KEY 2
    position bigint NOT NULL
    tenant text NOT NULL KEY 1

schema_migration
    checksum text NOT NULL
    name text NOT NULL
    number bigint NOT NULL KEY 1

seal
    events bigint NOT NULL
    hash text NOT NULL
    number bigint NOT NULL KEY 2
    previous text NOT NULL
    sealed_at timestamp with time zone NOT NULL
    tenant text NOT NULL KEY 1

session
    browser text NOT NULL
    created_at timestamp with time zone NOT NULL
    expires_at timestamp with time zone NOT NULL
    id text
    login text NOT NULL
    network text NOT NULL
    seen_at timestamp with time zone
    tenant text NOT NULL KEY 1
    token_hash text NOT NULL KEY 2
    way text NOT NULL

slip
    confirmed_at timestamp with time zone
    from_office text NOT NULL
    kind text NOT NULL
    made_at timestamp with time zone NOT NULL
    made_by text NOT NULL
    number text NOT NULL KEY 2
    partner text NOT NULL
    person text NOT NULL
    tenant text NOT NULL KEY 1
    to_office text NOT NULL

slip_item
    confirmed_at timestamp with time zone
    confirmed_by text
    dossier text NOT NULL KEY 3
    slip text NOT NULL KEY 2
    task bigint NOT NULL KEY 4
    tenant text NOT NULL KEY 1

slip_serial
    agency text NOT NULL KEY 2
    last bigint NOT NULL
    tenant text NOT NULL KEY 1
    year bigint NOT NULL KEY 3

stay
    acknowledged_at timestamp with time zone
    agency text NOT NULL
    answered boolean NOT NULL
    dossier text NOT NULL
    due_at timestamp with time zone
    ended_at timestamp with time zone
    id text NOT NULL KEY 2
    kind text NOT NULL
    office text NOT NULL
    since timestamp with time zone NOT NULL
    task bigint NOT NULL
    tenant text NOT NULL KEY 1

task
    dossier text NOT NULL
    due_at timestamp with time zone NOT NULL
    holder text
    id text NOT NULL KEY 2
    kind text NOT NULL
    late_at timestamp with time zone NOT NULL
    number bigint NOT NULL
    office text NOT NULL
    procedure text NOT NULL
    role text NOT NULL
    since timestamp with time zone NOT NULL
    slip text
    step_due_at timestamp with time zone NOT NULL
    tenant text NOT NULL KEY 1
    waiting boolean NOT NULL

totp
    confirmed_at timestamp with time zone
    last_step bigint NOT NULL
    login text NOT NULL KEY 2
    secret text NOT NULL
    tenant text NOT NULL KEY 1

tree_seal
    number bigint NOT NULL KEY 2
    size bigint NOT NULL
    tenant text NOT NULL KEY 1

tree_tile
    hashes bytea NOT NULL
    level bigint NOT NULL KEY 2
    tenant text NOT NULL KEY 1
    tile bigint NOT NULL KEY 3

unusual
    agency text NOT NULL
    audit text NOT NULL
    day date NOT NULL KEY 3
    dossier text NOT NULL KEY 5
    login text NOT NULL KEY 2
    office text NOT NULL
    rule text NOT NULL KEY 4
    tenant text NOT NULL KEY 1
    times bigint NOT NULL
    usual bigint NOT NULL

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
