-- Training: courses with the versions of their materials, sessions, who came by house and by household label, and what a class knew
-- before and after (domain.md §10, F9). No person is listed and no person is examined: a class is counted as a whole.

-- What is taught, to whom (heads or households), and after how many months again (0: once is enough). topics are codes, by commas.
create table training_courses (
  ward_id integer not null references wards (id),
  id text not null,
  title text not null,
  topics text not null,
  audience text not null check (audience in ('heads', 'households')),
  months integer not null,
  active boolean not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id)
);
@postgres comment on table training_courses is 'dist:ward';

-- The materials of a course: each is a version of its own, a PDF that is kept as it came or an address, and never changes.
create table training_materials (
  ward_id integer not null,
  id text not null,
  course_id text not null,
  n integer not null,
  title text not null,
  kind text not null check (kind in ('file', 'link')),
  file text not null,
  file_name text not null,
  link text not null,
  withdrawn_at bigint,
  added_at bigint not null,
  added_by text not null,
  primary key (ward_id, id),
  unique (ward_id, course_id, n),
  foreign key (ward_id, course_id) references training_courses (ward_id, id)
);
@postgres comment on table training_materials is 'dist:ward';

-- What a class is asked before and after. A session keeps the questions that it was asked.
create table training_questions (
  ward_id integer not null,
  course_id text not null,
  n integer not null,
  body text not null,
  primary key (ward_id, course_id, n),
  foreign key (ward_id, course_id) references training_courses (ward_id, id)
) {in key};
@postgres comment on table training_questions is 'dist:ward';

-- A session of a course. title, topics, audience and material are what the course was when the session was planned; attendance is
-- final while the session is held. before_takers and after_takers count the slips that were handed in, liked and the two after it
-- how the class found it. speaker is an office and never a name; cost is in đồng.
create table trainings (
  ward_id integer not null,
  id text not null,
  course_id text not null,
  title text not null,
  topics text not null,
  audience text not null check (audience in ('heads', 'households')),
  level text not null check (level in ('house', 'group', 'ward')),
  house_id text,
  group_id text,
  state text not null check (state in ('planned', 'held', 'cancelled')),
  place text not null,
  starts_at bigint not null,
  lasts integer not null,
  speaker text not null,
  material_id text,
  houses integer not null,
  households integer not null,
  came_houses integer not null,
  came_households integer not null,
  invited_at bigint,
  sequence integer not null,
  token text not null,
  closed_at bigint,
  before_takers integer not null,
  after_takers integer not null,
  liked integer not null,
  partly integer not null,
  disliked integer not null,
  cost bigint not null,
  fund text not null,
  cancel_why text not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  version integer not null,
  primary key (ward_id, id),
  unique (ward_id, token),
  foreign key (ward_id, course_id) references training_courses (ward_id, id),
  foreign key (ward_id, material_id) references training_materials (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id),
  foreign key (ward_id, group_id) references areas (ward_id, id)
);
@postgres comment on table trainings is 'dist:ward';
create index trainings_starts on trainings (ward_id, starts_at);
create index trainings_course on trainings (ward_id, course_id, state, starts_at);

-- The houses that are invited, whether the head of each came and how many of its households. certificate is the code on the paper that
-- says so, '' while there is none.
create table training_houses (
  ward_id integer not null,
  training_id text not null,
  house_id text not null,
  households integer not null,
  head boolean not null,
  present integer not null,
  certificate text not null,
  primary key (ward_id, training_id, house_id),
  foreign key (ward_id, training_id) references trainings (ward_id, id),
  foreign key (ward_id, house_id) references houses (ward_id, id)
) {in key};
@postgres comment on table training_houses is 'dist:ward';
create index training_houses_house on training_houses (ward_id, house_id);
create unique index training_houses_certificate on training_houses (ward_id, certificate) where certificate <> '';

-- The households that came: the label and nothing else.
create table training_households (
  ward_id integer not null,
  training_id text not null,
  house_id text not null,
  household text not null,
  how text not null check (how in ('door', 'tick')),
  noted_at bigint not null,
  primary key (ward_id, training_id, house_id, household),
  foreign key (ward_id, training_id, house_id) references training_houses (ward_id, training_id, house_id)
) {in key};
@postgres comment on table training_households is 'dist:ward';

-- How many of a class knew the answer to a question before and after.
create table training_quiz (
  ward_id integer not null,
  training_id text not null,
  n integer not null,
  body text not null,
  right_before integer not null,
  right_after integer not null,
  primary key (ward_id, training_id, n),
  foreign key (ward_id, training_id) references trainings (ward_id, id)
) {in key};
@postgres comment on table training_quiz is 'dist:ward';
