-- The house head's work: the log and the monthly report.

-- One entry of a head's log. Text was looked through for personal data before it came here (ground/civil/personal);
-- entries go after 24 months.
create table log_entries (
  ward_id integer not null,
  id text not null,
  house_id text not null,
  kind text not null check (kind in ('routine', 'infrastructure', 'residence', 'passed', 'dispute', 'activity', 'misc')),
  content text not null,
  happened_on text not null,
  body text not null,
  told text not null,
  told_at bigint,
  ticket text not null,
  follow_by text not null,
  followed_at bigint,
  photo text not null,
  photo_sha256 text not null,
  account_id text not null,
  entered_by text not null,
  created_at bigint not null,
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
);
@postgres comment on table log_entries is 'dist:ward';
create index log_entries_house on log_entries (ward_id, house_id, happened_on);
create index log_entries_follow on log_entries (ward_id, house_id, follow_by) where follow_by <> '' and followed_at is null;

-- What a house reports of one month (YYYY-MM). lights: one letter a content (g, y, r; - not yet); reasons: codes, by commas.
-- Reports go after 36 months.
create table monthly_reports (
  ward_id integer not null,
  house_id text not null,
  month text not null,
  state text not null check (state in ('draft', 'sent', 'seen', 'returned')),
  normal boolean not null default false,
  households integer not null default 0,
  reminders integer not null default 0,
  moved_in integer not null default 0,
  moved_out integer not null default 0,
  passed_on integer not null default 0,
  disputes_new integer not null default 0,
  disputes_settled integer not null default 0,
  met_on text not null default '',
  alarm_on text not null default '',
  lights text not null default '------',
  reasons text not null default '',
  shortfall text not null default '',
  first_sent_on text not null default '',
  sent_at bigint,
  sent_by text not null default '',
  seen_at bigint,
  seen_by text not null default '',
  return_reason text not null default '',
  reminded_at bigint,
  reminded_by text not null default '',
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, house_id, month),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table monthly_reports is 'dist:ward';
create index monthly_reports_month on monthly_reports (ward_id, month, state);
