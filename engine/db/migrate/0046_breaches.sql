-- Breaches of the protection of personal data (Law 91/2025/QH15, Art. 23; Decree 356/2025/NĐ-CP, Art. 28 and 29): what was found when, the
-- 72 hours, when the specialised body was told and how, and how it ended. acts, kinds, harms and measures hold codes by commas. due_at is
-- 72 hours of the clock after found_at. Nobody is named, and no house either: how many houses are concerned is a number.
create table breaches (
  ward_id integer not null references wards (id),
  id text not null,
  exercise boolean not null,
  found_at bigint not null,
  due_at bigint not null,
  acts text not null,
  houses integer not null check (houses >= 0),
  kinds text not null,
  harms text not null,
  measures text not null,
  body text not null,
  subjects text not null check (subjects in ('not_needed', 'to_tell', 'told')),
  entered_at bigint not null,
  entered_by text not null,
  sent_at bigint not null,
  sent_by text not null,
  channel text not null check (channel in ('', 'portal', 'direct', 'post')),
  late_why text not null,
  ended text not null check (ended in ('', 'mended', 'no_harm', 'exercise')),
  ended_why text not null,
  closed_at bigint not null,
  closed_by text not null,
  level integer not null check (level between 0 and 1),
  version integer not null,
  primary key (ward_id, id),
  check ((closed_at > 0) = (ended <> ''))
);
@postgres comment on table breaches is 'dist:ward';
create index breaches_found on breaches (ward_id, found_at, id);

-- What was done about a breach after it was entered, one line each time.
create table breach_steps (
  ward_id integer not null,
  id text not null,
  breach_id text not null,
  at bigint not null,
  noted_by text not null,
  note text not null,
  primary key (ward_id, id),
  foreign key (ward_id, breach_id) references breaches (ward_id, id)
);
@postgres comment on table breach_steps is 'dist:ward';
create index breach_steps_of on breach_steps (ward_id, breach_id, id);
