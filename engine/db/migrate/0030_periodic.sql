-- Reports that are due by the calendar (domain.md §10.1): of the month of a residential group; of the quarter, half-year and year of the ward.

-- A report. period is "2026", "2026-H1", "2026-Q3" or "2026-09"; basis says whether its days are those of Decree 09/2019 or of the
-- calendar. scope_key is the group's id, or 'ward'. record holds the figures of a draft as they were last pulled, and the whole of a
-- signed report; hash is then its SHA-256. omitted lists the sections that are left out.
create table periodic_reports (
  ward_id integer not null references wards (id),
  id text not null,
  number integer not null,
  year integer not null,
  period text not null,
  basis text not null check (basis in ('decree', 'calendar')),
  from_on text not null,
  to_on text not null,
  scope_key text not null,
  group_id text,
  state text not null check (state in ('draft', 'signed', 'dropped')),
  omitted text not null,
  record text not null,
  hash text not null,
  pulled_at bigint not null,
  signed_at bigint not null,
  signed_by text not null,
  created_account text not null,
  created_at bigint not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id),
  check ((scope_key = 'ward') = (group_id is null)),
  check ((state = 'signed') = (hash <> ''))
);
@postgres comment on table periodic_reports is 'dist:ward';
create unique index periodic_reports_once on periodic_reports (ward_id, scope_key, period) where state <> 'dropped';
create unique index periodic_reports_number on periodic_reports (ward_id, year, number);

-- What the writer of a draft adds to a part. It names nobody: ground/civil/personal looks through it.
create table periodic_remarks (
  ward_id integer not null,
  report_id text not null,
  part text not null check (part in ('situation', 'outcome', 'short', 'plans')),
  body text not null,
  primary key (ward_id, report_id, part),
  foreign key (ward_id, report_id) references periodic_reports (ward_id, id)
) {in key};
@postgres comment on table periodic_remarks is 'dist:ward';

-- The files of a signed report, byte for byte as they were signed. Written once.
create table periodic_files (
  ward_id integer not null,
  report_id text not null,
  format text not null check (format in ('docx', 'pdf', 'xlsx', 'json')),
  sha256 text not null,
  body {bytes} not null,
  primary key (ward_id, report_id, format),
  foreign key (ward_id, report_id) references periodic_reports (ward_id, id)
);
@postgres comment on table periodic_files is 'dist:ward';
