-- What a PostgreSQL distributed by ward_id would refuse, one row a finding (docs/decisions/0002). The class
-- of a table is its comment: 'dist:ward', 'dist:reference' or 'dist:local'. An empty result is the goal.
with tables as (
  select c.oid, c.relname as name, c.relkind, c.relpersistence,
    substring(coalesce(obj_description(c.oid, 'pg_class'), '') from 'dist:(\w+)') as class,
    (select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'ward_id' and not a.attisdropped) as ward
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f') and not c.relispartition and n.nspname = current_schema()
), wards as (
  select * from tables where class = 'ward'
), keys as (
  select t.name, t.class as from_class, r.class as to_class, k.conname, k.conkey, k.confkey, k.confdeltype, k.confupdtype, t.ward as from_ward, r.ward as to_ward
  from tables t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f' join tables r on r.oid = k.confrelid
)
select 'no class' as rule, name, '' as what from tables where class is null or class not in ('ward', 'reference', 'local')
union all
select 'ward_id is not integer not null', name, '' from wards w where not exists (
  select 1 from pg_attribute a where a.attrelid = w.oid and a.attname = 'ward_id' and a.attnotnull and a.atttypid = 'int4'::regtype)
union all
select 'no primary key', name, '' from wards w where not exists (select 1 from pg_index i where i.indrelid = w.oid and i.indisprimary)
union all
select 'unique without ward_id', w.name, i.indexrelid::regclass::text from wards w join pg_index i on i.indrelid = w.oid
  where i.indisunique and not (coalesce(w.ward, -1) = any (i.indkey::smallint[]))
union all
select 'primary key does not begin with ward_id', w.name, i.indexrelid::regclass::text from wards w join pg_index i on i.indrelid = w.oid
  where i.indisprimary and i.indkey[0] <> coalesce(w.ward, -1)
union all
select 'foreign key does not pair ward_id with ward_id', name, conname from keys where from_class = 'ward' and to_class = 'ward'
  and not exists (select 1 from unnest(conkey, confkey) e(a, b) where e.a = from_ward and e.b = to_ward)
union all
select 'foreign key sets null or default', name, conname from keys where from_class = 'ward' and (confdeltype in ('n', 'd') or confupdtype in ('n', 'd', 'c'))
union all
select 'foreign key to a local table', name, conname from keys where from_class in ('ward', 'reference') and to_class = 'local'
union all
select 'foreign key into ward data', name, conname from keys where from_class is distinct from 'ward' and to_class = 'ward'
union all
select 'trigger', t.name, g.tgname from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union all
select 'rule', t.name, r.rulename from tables t join pg_rewrite r on r.ev_class = t.oid
union all
select 'inheritance', t.name, '' from tables t join pg_inherits i on i.inhparent = t.oid or i.inhrelid = t.oid
union all
select 'sequence or identity', w.name, a.attname from wards w join pg_attribute a on a.attrelid = w.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = w.oid and d.adnum = a.attnum
  where a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like '%nextval(%'
union all
select 'unlogged or foreign table', name, '' from wards where relpersistence = 'u' or relkind = 'f'
order by 1, 2, 3;
