-- What households ask about the data that are kept of them, with the clocks of the law (Law 91/2025/QH15, Art. 4; Decree 356/2025/NĐ-CP,
-- Art. 5; decision 0053). A request is of a household of a house number: there is no name. received_on is the day from which the clocks
-- run: for a request on paper or by word the day on which the ward had it. ack_due_on is the second working day after it; due_on moves once,
-- when the request is extended. level says who has been told because it is late: 0 nobody, 1 the command, 2 the committee.
create table data_requests (
  ward_id integer not null references wards (id),
  id text not null,
  house_id text not null,
  household text not null,
  kind text not null check (kind in ('view', 'correct', 'delete', 'restrict', 'object', 'protect')),
  channel text not null check (channel in ('self', 'paper', 'spoken')),
  state text not null check (state in ('new', 'received', 'answered')),
  body text not null,
  received_on text not null,
  ack_due_on text not null,
  due_on text not null,
  filed_at bigint not null,
  filed_by text not null,
  filed_account text not null,
  acknowledged_at bigint not null,
  acknowledged_by text not null,
  extended_at bigint not null,
  extended_by text not null,
  extended_why text not null,
  outcome text not null check (outcome in ('', 'done', 'partly', 'refused')),
  ground text not null check (ground in ('', 'no_consent', 'kept_by_law', 'others', 'not_own', 'not_shown')),
  answer text not null,
  answered_at bigint not null,
  answered_on text not null,
  answered_by text not null,
  level integer not null check (level between 0 and 2),
  climbed_on text not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  check ((state = 'answered') = (outcome <> '')),
  check ((outcome in ('partly', 'refused')) = (ground <> ''))
);
@postgres comment on table data_requests is 'dist:ward';
create unique index data_requests_one_open on data_requests (ward_id, house_id, household, kind) where state <> 'answered';
create index data_requests_due on data_requests (ward_id, state, due_on);
create index data_requests_house on data_requests (ward_id, house_id, household, id);
