-- Reviews of a period (sơ kết, tổng kết; domain.md §10, F11): what was achieved, what fell short and why, what mends it, and whether it helped.

-- A review of a residential group, or of the ward. scope_key is the group's id, or 'ward'. record is the whole of a signed review as JSON
-- and hash its SHA-256; both are written once, by the signature, and are empty before. A draft that was dropped stays, and stands in
-- nobody's way.
create table reviews (
  ward_id integer not null references wards (id),
  id text not null,
  number integer not null,
  campaign_id text not null,
  year integer not null,
  period text not null check (period in ('campaign', 'h1', 'h2', 'q1', 'q2', 'q3', 'q4')),
  from_on text not null,
  to_on text not null,
  scope_key text not null,
  group_id text,
  state text not null check (state in ('draft', 'signed', 'dropped')),
  achievements text not null,
  record text not null,
  hash text not null,
  signed_at bigint not null,
  signed_by text not null,
  created_account text not null,
  created_at bigint not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  foreign key (ward_id, campaign_id) references campaigns (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id),
  check ((scope_key = 'ward') = (group_id is null)),
  check ((state = 'signed') = (hash <> ''))
);
@postgres comment on table reviews is 'dist:ward';
create unique index reviews_once on reviews (ward_id, scope_key, year, period) where state <> 'dropped';
create unique index reviews_number on reviews (ward_id, year, number);
create index reviews_scope on reviews (ward_id, scope_key, state);

-- What fell short in the period. item is the code of a criteria item, or empty for the content as a whole. repeats_id is an earlier
-- shortcoming of the same scope with the same content and item. It is closed by the signature of a later review, never otherwise.
create table review_shortcomings (
  ward_id integer not null,
  id text not null,
  review_id text not null,
  n integer not null,
  content text not null,
  item text not null,
  body text not null,
  houses integer not null check (houses >= 0),
  cause_kind text not null check (cause_kind in ('subjective', 'objective')),
  cause text not null,
  repeats_id text,
  closed_review text,
  closed_on text not null,
  primary key (ward_id, id),
  foreign key (ward_id, review_id) references reviews (ward_id, id),
  foreign key (ward_id, repeats_id) references review_shortcomings (ward_id, id),
  foreign key (ward_id, closed_review) references reviews (ward_id, id),
  check ((closed_review is null) = (closed_on = ''))
);
@postgres comment on table review_shortcomings is 'dist:ward';
create unique index review_shortcomings_number on review_shortcomings (ward_id, review_id, n);
create index review_shortcomings_repeats on review_shortcomings (ward_id, repeats_id);

-- What a later review says of an earlier shortcoming.
create table review_judgements (
  ward_id integer not null,
  review_id text not null,
  shortcoming_id text not null,
  effect text not null check (effect in ('gone', 'less', 'same', 'more')),
  note text not null,
  judged_at bigint not null,
  primary key (ward_id, review_id, shortcoming_id),
  foreign key (ward_id, review_id) references reviews (ward_id, id),
  foreign key (ward_id, shortcoming_id) references review_shortcomings (ward_id, id)
) {in key};
@postgres comment on table review_judgements is 'dist:ward';
