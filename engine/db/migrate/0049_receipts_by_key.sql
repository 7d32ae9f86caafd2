-- Receipts are forgotten along their key, once a night; the index by time was written with every form.

drop index receipts_at;
