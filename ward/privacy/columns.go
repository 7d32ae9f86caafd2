package privacy

import "sonha/ward/periods"

// placeTables are those of the ward, its areas and its house numbers.
func placeTables() []Table {
	return []Table{
		{
			Name: "wards", Use: Areas, Keep: open,
			Plain: "code name city fold invented",
		},
		{
			Name: "areas", Use: Areas, Keep: open,
			Plain: "name fold valid_from valid_to",
		},
		{
			Name: "area_names", Use: Areas, Keep: open,
			Plain: "name fold used_to",
		},
		{
			Name: "area_paths", Use: Areas, Keep: open,
			Plain: "depth valid_from valid_to",
		},
		{
			Name: "area_changes", Use: Areas, Keep: open,
			Plain: "part on_day houses",
			Typed: "reason",
		},
		{
			Name: "area_carried", Use: Areas, Keep: open,
			Plain: "what",
		},
		{
			Name: "beats", Use: Areas, Keep: open,
			Plain: "name fold valid_from valid_to",
		},
		{
			Name: "streets", Use: Areas, Keep: open,
			Plain: "name fold former",
		},
		{
			Name: "office_phones", Use: Areas, Keep: open,
			Plain: "office",
			Basic: "phone",
		},
		{
			Name: "holidays", Use: Areas, Keep: open,
			Plain: "day name",
		},
		{
			Name: "houses", Use: Houses, Keep: open,
			Plain: "number number_key main alley storeys households rented former_ward status",
			Basic: "fold head_name head_phone",
			Typed: "note",
		},
		{
			Name: "house_moves", Use: Houses, Keep: open,
			Plain: "from_group to_group from_beat to_beat on_day",
		},
		{
			Name: "house_points", Use: Houses, Keep: open,
			Plain: "lat lon replaced_import",
		},
		{
			Name: "imports", Use: Houses, Keep: record,
			Plain: "file_name rows_read rows_new rows_changed rows_unchanged rows_refused",
			Basic: "upload undo",
		},
		{
			Name: "doors", Use: Houses, Keep: open,
			Plain: "token",
		},
		{
			Name: "handovers", Use: Houses, Keep: record,
			Plain: "link from_grant duty by_lead left_open until",
			Basic: "from_name to_name",
		},
		{
			Name: "papers", Use: Houses, Keep: record,
			Plain: "code form month",
		},
	}
}

// accountTables are those of accounts and of what opens them.
func accountTables() []Table {
	return []Table{
		{
			Name: "accounts", Use: Accounts, Keep: open,
			Plain:  "secret_kind language large_text",
			Basic:  "name fold sort_key phone",
			Secret: "secret",
		},
		{
			Name: "grants", Use: Accounts, Keep: open,
			Plain: "role ended_why",
		},
		{
			Name: "claims", Use: Accounts, Keep: open,
			Basic: "value",
		},
		{Name: "cards", Use: Accounts, Keep: open},
		{Name: "invitations", Use: Accounts, Keep: renewed},
		{
			Name: "factors", Use: Accounts, Keep: renewed,
			Plain:  "step",
			Secret: "secret",
		},
		{
			Name: "recovery_codes", Use: Accounts, Keep: renewed,
			Secret: "hash",
		},
		{
			Name: "passkeys", Use: Accounts, Keep: renewed,
			Plain: "flags sign_count",
			Basic: "key_id public_key transports",
			Typed: "name",
		},
		{
			Name: "factor_rules", Use: Accounts, Keep: open,
			Plain: "required_from",
		},
		{
			Name: "calendar_feeds", Use: Accounts, Keep: renewed,
			Plain:  "role",
			Secret: "token",
		},
	}
}

// trailTables are those of who signed in, and who did and saw what.
func trailTables() []Table {
	return []Table{
		{
			Name: "sessions", Use: Trail, Keep: until(periods.Session()),
			Plain:     "role shared waiting",
			Sensitive: "device address",
		},
		{
			Name: "seen", Use: Trail, Keep: until(periods.Read()),
			Sensitive: "what duty asked",
			Plain:     "role place listed outside",
		},
		{
			Name: "unusual", Use: Trail, Keep: until(periods.Read()),
			Sensitive: "rule measured",
			Typed:     "note answer",
			Plain:     "day role place usual",
		},
		{
			Name: "audit", Use: Trail, Keep: until(periods.Audit()),
			Plain:     "role digest_before digest_after before_hash hash",
			Sensitive: "action object detail reason",
		},
		{
			Name: "audit_heads", Use: Trail, Keep: until(periods.Audit()),
			Plain: "hash",
		},
		{
			Name: "receipts", Use: Trail, Keep: until(periods.Receipt()),
			Plain: "status",
			Typed: "content location word body",
		},
		{
			Name: "jobs", Use: Trail, Keep: renewed,
			Plain: "key tries error",
			Basic: "payload",
		},
		{
			Name: "rounds", Use: Trail, Keep: renewed,
			Plain: "name taken_until error note",
		},
		{
			Name: "program_keys", Use: Trail, Keep: open,
			Plain:  "name",
			Secret: "value",
		},
	}
}

// householdTables are those of what households give of their own will.
func householdTables() []Table {
	return []Table{
		{
			Name: "pledges", Use: Pledges, Keep: until(periods.Pledge()),
			Plain: "channel text_version text_hash",
			Basic: "rental",
		},
		{
			Name: "own_answers", Use: Answers, Keep: until(periods.Answers()),
			Plain:     "questions by_proxy sealed",
			Sensitive: "answers needs",
		},
		{
			Name: "turnouts", Use: Answers, Keep: record,
			Plain: "answered shown verdict",
		},
		{
			Name: "answer_sums", Use: Answers, Keep: record,
			Plain: "question yes partly lacking not_apply shown_yes shown_partly shown_lacking shown_not_apply",
		},
		{
			Name: "need_sums", Use: Answers, Keep: record,
			Plain: "need wanted shown",
		},
		{
			Name: "need_notes", Use: Answers, Keep: until(periods.Answers()),
			Plain:     "sent shown",
			Sensitive: "body",
		},
		{
			Name: "contacts", Use: Contacts, Keep: withdrawn,
			Basic: "sealed by_head hidden",
		},
		{
			Name: "consents", Use: Consents, Keep: until(periods.Consent()),
			Plain: "text_version text_hash",
			Basic: "purpose channel",
		},
	}
}

// restTables are those of what is judged by, judged, counted and watched over.
func restTables() []Table {
	return []Table{
		{
			Name: "editions", Use: Campaign, Keep: record,
			Typed: "note",
			Basic: "editors",
			Plain: "number based_on encoded hash",
		},
		{
			Name: "award_kinds", Use: Awards, Keep: open,
			Plain: "code name authority decides basis active",
		},
		{
			Name: "awards", Use: Awards, Keep: record,
			Plain: "number subject kind_name authority figures votes_yes votes_no votes_blank publish_until decision token revoke_decision",
			Typed: "achievement reason revoke_reason",
		},
		{
			Name: "award_remarks", Use: Awards, Keep: record,
			Typed: "body answer",
		},
		{
			Name: "series_points", Use: Figures, Keep: open,
			Plain: "series period area value households file_name replaced_import",
		},
		{
			Name: "indicator_settings", Use: Figures, Keep: open,
			Plain: "indicator base_year",
		},
		{
			Name: "series_breaks", Use: Figures, Keep: open,
			Plain: "on_day",
			Typed: "reason",
		},
		{
			Name: "reviews", Use: Figures, Keep: record,
			Plain: "number period scope_key hash",
			Typed: "achievements record",
		},
		{
			Name: "review_shortcomings", Use: Figures, Keep: record,
			Plain: "content item houses cause_kind closed_review",
			Typed: "body cause",
		},
		{
			Name: "review_judgements", Use: Figures, Keep: record,
			Plain: "effect",
			Typed: "note",
		},
		{
			Name: "periodic_reports", Use: Figures, Keep: record,
			Plain: "number period basis scope_key omitted hash",
			Typed: "record",
		},
		{
			Name: "periodic_remarks", Use: Figures, Keep: record,
			Plain: "part",
			Typed: "body",
		},
		{
			Name: "periodic_files", Use: Figures, Keep: record,
			Plain: "format sha256 body",
		},
	}
}

// protectionTables are those of the protection of the data themselves.
func protectionTables() []Table {
	return []Table{
		{
			Name: "data_requests", Use: Protection, Keep: until(periods.Request()),
			Plain: "channel outcome ground level climbed_on",
			Typed: "body answer extended_why",
		},
		{
			Name: "breaches", Use: Protection, Keep: until(periods.Breach()),
			Plain: "exercise acts houses kinds harms measures subjects channel ended level",
			Typed: "body late_why ended_why",
		},
		{
			Name: "breach_steps", Use: Protection, Keep: until(periods.Breach()),
			Typed: "note",
		},
		{
			Name: "destructions", Use: Protection, Keep: until(periods.Destruction()),
			Plain: "records",
		},
	}
}
