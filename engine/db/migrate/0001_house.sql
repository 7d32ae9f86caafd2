-- The first floor of the house: who, where, which year, what was found, who changed what.
-- Times are Unix milliseconds (bigint), days are ISO text, ids are 26-character UUIDv7 (decision 0003).
-- Every ward table leads its keys with ward_id (docs/decisions/0002); the class of a table is its comment.

create table wards (
  id integer not null primary key,
  code text not null unique,
  name text not null,
  city text not null,
  fold text not null,
  invented boolean not null,
  created_at bigint not null
);
@postgres comment on table wards is 'dist:reference';

-- What must be unique across wards, such as the phone that signs in.
create table claims (
  kind text not null,
  value text not null,
  ward_id integer not null,
  owner_id text not null,
  primary key (kind, value)
);
@postgres comment on table claims is 'dist:reference';

create table audit (
  ward_id integer not null,
  id text not null,
  at bigint not null,
  account_id text not null,
  actor text not null,
  role text not null,
  action text not null,
  object text not null,
  object_id text not null,
  house_id text not null,
  detail text not null,
  primary key (ward_id, id)
) {in key};
@postgres comment on table audit is 'dist:ward';
create index audit_house on audit (ward_id, house_id, id) where house_id <> '';

create table areas (
  ward_id integer not null references wards (id),
  id text not null,
  parent_id text,
  kind text not null check (kind in ('city', 'ward', 'group', 'cell')),
  name text not null,
  name_key text not null,
  fold text not null,
  sort_key {bytes} not null,
  valid_from text not null,
  valid_to text,
  primary key (ward_id, id),
  foreign key (ward_id, parent_id) references areas (ward_id, id)
);
@postgres comment on table areas is 'dist:ward';
create unique index areas_name on areas (ward_id, kind, name_key) where valid_to is null;

create table area_names (
  ward_id integer not null,
  id text not null,
  area_id text not null,
  name text not null,
  fold text not null,
  used_to text not null,
  primary key (ward_id, id),
  foreign key (ward_id, area_id) references areas (ward_id, id)
);
@postgres comment on table area_names is 'dist:ward';

create table area_paths (
  ward_id integer not null,
  ancestor_id text not null,
  descendant_id text not null,
  depth integer not null,
  valid_from text not null,
  valid_to text,
  primary key (ward_id, ancestor_id, descendant_id, valid_from),
  foreign key (ward_id, ancestor_id) references areas (ward_id, id),
  foreign key (ward_id, descendant_id) references areas (ward_id, id)
);
@postgres comment on table area_paths is 'dist:ward';

create table beats (
  ward_id integer not null references wards (id),
  id text not null,
  name text not null,
  name_key text not null,
  fold text not null,
  sort_key {bytes} not null,
  valid_from text not null,
  valid_to text,
  primary key (ward_id, id)
);
@postgres comment on table beats is 'dist:ward';
create unique index beats_name on beats (ward_id, name_key) where valid_to is null;

create table streets (
  ward_id integer not null references wards (id),
  id text not null,
  name text not null,
  name_key text not null,
  fold text not null,
  former text not null,
  sort_key {bytes} not null,
  primary key (ward_id, id),
  unique (ward_id, name_key)
);
@postgres comment on table streets is 'dist:ward';

create table houses (
  ward_id integer not null references wards (id),
  id text not null,
  street_id text not null,
  group_id text,
  beat_id text,
  number text not null,
  number_key text not null,
  main integer not null,
  alley text not null,
  sort_key {bytes} not null,
  fold text not null,
  kind text not null,
  storeys integer not null,
  households integer not null check (households between 0 and 500),
  rented integer not null,
  head_name text not null,
  head_phone text not null,
  former_ward text not null,
  note text not null,
  status text not null check (status in ('draft', 'active', 'paused', 'merged', 'closed')),
  opened_on text not null,
  version integer not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (ward_id, id),
  unique (ward_id, street_id, number_key),
  foreign key (ward_id, street_id) references streets (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id),
  foreign key (ward_id, beat_id) references beats (ward_id, id)
);
@postgres comment on table houses is 'dist:ward';
create index houses_order on houses (ward_id, sort_key, id);
create index houses_group on houses (ward_id, group_id, sort_key, id);
create index houses_beat on houses (ward_id, beat_id, sort_key, id);

create table accounts (
  ward_id integer not null references wards (id),
  id text not null,
  name text not null,
  fold text not null,
  sort_key {bytes} not null,
  phone text not null,
  secret_kind text not null check (secret_kind in ('none', 'pin', 'password')),
  secret text not null,
  language text not null,
  large_text boolean not null,
  created_at bigint not null,
  created_by text not null,
  disabled_at bigint,
  version integer not null,
  primary key (ward_id, id)
);
@postgres comment on table accounts is 'dist:ward';
create index accounts_order on accounts (ward_id, sort_key, id);

create table grants (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  role text not null,
  house_id text,
  beat_id text,
  group_id text,
  granted_at bigint not null,
  granted_by text not null,
  ended_at bigint,
  primary key (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, beat_id) references beats (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id)
);
@postgres comment on table grants is 'dist:ward';
create index grants_account on grants (ward_id, account_id);
create index grants_house on grants (ward_id, house_id);
create index grants_beat on grants (ward_id, beat_id);
create index grants_group on grants (ward_id, group_id);

create table sessions (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  role text not null,
  device text not null,
  address text not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null,
  primary key (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
);
@postgres comment on table sessions is 'dist:ward';
create index sessions_account on sessions (ward_id, account_id);

-- One-time links that let an account choose its first PIN or password, or a new one.
create table invitations (
  ward_id integer not null,
  id text not null,
  account_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  primary key (ward_id, id),
  foreign key (ward_id, account_id) references accounts (ward_id, id)
);
@postgres comment on table invitations is 'dist:ward';
create index invitations_account on invitations (ward_id, account_id);

create table imports (
  ward_id integer not null references wards (id),
  id text not null,
  kind text not null check (kind in ('roster', 'results')),
  state text not null check (state in ('preview', 'applied', 'undone', 'dropped')),
  file_name text not null,
  upload text not null,
  rows_read integer not null,
  rows_new integer not null,
  rows_changed integer not null,
  rows_unchanged integer not null,
  rows_refused integer not null,
  created_at bigint not null,
  created_by text not null,
  applied_at bigint,
  undone_at bigint,
  undone_by text not null,
  undo {bytes},
  primary key (ward_id, id)
);
@postgres comment on table imports is 'dist:ward';

create table campaigns (
  ward_id integer not null references wards (id),
  id text not null,
  year integer not null,
  name text not null,
  criteria integer not null,
  fire_module boolean not null,
  phase text not null check (phase in ('open', 'assess', 'inspect', 'review', 'publish', 'closed')),
  origin text not null check (origin in ('sonha', 'import')),
  starts_on text not null,
  ends_on text not null,
  created_at bigint not null,
  created_by text not null,
  closed_at bigint,
  version integer not null,
  primary key (ward_id, id),
  unique (ward_id, year)
);
@postgres comment on table campaigns is 'dist:ward';

create table phases (
  ward_id integer not null,
  campaign_id text not null,
  phase text not null,
  starts_on text not null,
  ends_on text not null,
  primary key (ward_id, campaign_id, phase),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id)
);
@postgres comment on table phases is 'dist:ward';

-- A household's pledge: the household is its label (H01, H02 …), never a name.
create table pledges (
  ward_id integer not null,
  id text not null,
  campaign_id text not null,
  house_id text not null,
  household text not null,
  signed_on text not null,
  withdrawn_on text,
  channel text not null check (channel in ('paper', 'phone', 'proxy')),
  entered_by text not null,
  entered_at bigint not null,
  primary key (ward_id, id),
  unique (ward_id, campaign_id, house_id, household),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table pledges is 'dist:ward';

-- The house's own answers: one character per item in the order of the criteria version.
create table assessments (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  answers text not null,
  answered integer not null,
  pledged integer not null,
  by_proxy boolean not null,
  state text not null check (state in ('draft', 'sent')),
  updated_at bigint not null,
  updated_by text not null,
  sent_at bigint,
  sent_by text not null,
  version integer not null,
  primary key (ward_id, campaign_id, house_id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table assessments is 'dist:ward';

create table inspections (
  ward_id integer not null,
  id text not null,
  campaign_id text not null,
  house_id text not null,
  kind text not null check (kind in ('planned', 'sudden', 'repeat', 'sample')),
  state text not null check (state in ('draft', 'finished', 'dropped')),
  inspected_on text not null,
  findings text not null,
  found integer not null,
  members text not null,
  resident_side text not null,
  present text not null,
  remarks text not null,
  head_comment text not null,
  started_at bigint not null,
  started_by text not null,
  updated_at bigint not null,
  finished_at bigint,
  finished_by text not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table inspections is 'dist:ward';
create index inspections_house on inspections (ward_id, house_id, campaign_id, id);
create unique index inspections_one_draft on inspections (ward_id, campaign_id, house_id) where state = 'draft';

create table shortcomings (
  ward_id integer not null,
  id text not null,
  inspection_id text not null,
  campaign_id text not null,
  house_id text not null,
  item text not null,
  what text not null,
  note text not null,
  measure text not null,
  owner text not null,
  due_on text not null,
  state text not null check (state in ('open', 'mended', 'replaced', 'dropped')),
  noted_at bigint not null,
  noted_by text not null,
  primary key (ward_id, id),
  unique (ward_id, inspection_id, item),
  foreign key (ward_id, inspection_id) references inspections (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table shortcomings is 'dist:ward';
create index shortcomings_house on shortcomings (ward_id, house_id);

create table photos (
  ward_id integer not null,
  id text not null,
  inspection_id text not null,
  house_id text not null,
  item text not null,
  file text not null,
  width integer not null,
  height integer not null,
  size integer not null,
  sha256 text not null,
  taken_at bigint not null,
  taken_by text not null,
  primary key (ward_id, id),
  foreign key (ward_id, inspection_id) references inspections (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table photos is 'dist:ward';
create index photos_inspection on photos (ward_id, inspection_id);

-- One row per house and campaign: what is known of it now, ready for lists and pages.
create table results (
  ward_id integer not null,
  campaign_id text not null,
  house_id text not null,
  stage text not null check (stage in ('assessed', 'inspected', 'proposed', 'approved')),
  class text not null check (class in ('not_inspected', 'safe', 'conditional', 'not_safe')),
  rule_class text not null,
  proposed_class text not null,
  answers text not null,
  contents text not null,
  points integer not null,
  points_max integer not null,
  missing text not null,
  differs integer not null,
  exception text not null,
  inspected_on text not null,
  recheck_by text not null,
  inspection_id text not null,
  proposed_at bigint,
  proposed_by text not null,
  proposed_account text not null default '',
  reason text not null,
  approved_at bigint,
  approved_by text not null,
  decision text not null default '',
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, campaign_id, house_id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table results is 'dist:ward';
create index results_house on results (ward_id, house_id);
create index results_class on results (ward_id, campaign_id, class);
create index results_waiting on results (ward_id, campaign_id, house_id) where stage = 'proposed';

-- Sums per residential group, kept in the transaction that changes a result ('' is no group).
create table tallies (
  ward_id integer not null,
  campaign_id text not null,
  group_id text not null,
  houses integer not null,
  households integer not null,
  pledged integer not null,
  assessed integer not null,
  inspected integer not null,
  safe integer not null,
  conditional integer not null,
  not_safe integer not null,
  waiting integer not null,
  pass_vh integer not null,
  pass_tc integer not null,
  pass_tn integer not null,
  pass_nk integer not null,
  pass_gd integer not null,
  pass_hg integer not null,
  updated_at bigint not null,
  primary key (ward_id, campaign_id, group_id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id)
) {in key};
@postgres comment on table tallies is 'dist:ward';

-- The campaign as it was on the day it was closed; never changed.
create table snapshots (
  ward_id integer not null,
  id text not null,
  campaign_id text not null,
  taken_at bigint not null,
  taken_by text not null,
  houses integer not null,
  body {bytes} not null,
  sha256 text not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id)
);
@postgres comment on table snapshots is 'dist:ward';
create index snapshots_campaign on snapshots (ward_id, campaign_id);

@postgres comment on table goose_db_version is 'dist:local';
