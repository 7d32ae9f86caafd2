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

// campaignTables are those of a campaign's year.
func campaignTables() []Table {
	return []Table{
		{
			Name: "campaigns", Use: Campaign, Keep: record,
			Plain: "name criteria fire_module origin",
		},
		{Name: "phases", Use: Campaign, Keep: record},
		{
			Name: "assessments", Use: Campaign, Keep: record,
			Plain: "answers answered pledged by_proxy",
		},
		{
			Name: "inspections", Use: Campaign, Keep: record,
			Plain: "findings found signed_paper home_beat by_beat",
			Basic: "members resident_side present",
			Typed: "remarks head_comment",
		},
		{
			Name: "signatures", Use: Campaign, Keep: record,
			Plain: "side",
			Basic: "strokes",
		},
		{
			Name: "shortcomings", Use: Campaign, Keep: record,
			Plain: "item what owner",
			Typed: "note measure",
		},
		{
			Name: "photos", Use: Campaign, Keep: record,
			Plain: "item width height size sha256",
			Basic: "file",
		},
		{
			Name: "results", Use: Campaign, Keep: record,
			Plain: "stage class rule_class proposed_class answers contents points points_max missing differs decision",
			Typed: "exception reason",
		},
		{
			Name: "tallies", Use: Campaign, Keep: record,
			Plain: "houses households pledged assessed inspected safe conditional not_safe waiting pass_vh pass_tc pass_tn pass_nk pass_gd pass_hg",
		},
		{
			Name: "snapshots", Use: Campaign, Keep: record,
			Plain: "houses sha256",
			Basic: "body",
		},
		{
			Name: "plans", Use: Campaign, Keep: record,
			Plain: "seed share cross_share others per_day days_a_week frame frame_digest",
			Typed: "reason",
		},
		{
			Name: "plan_visits", Use: Campaign, Keep: record,
			Plain: "walk home_beat by_beat sampled crossed week",
		},
		{
			Name: "objections", Use: Campaign, Keep: record,
			Plain: "class items outcome answers class_after level",
			Typed: "content answer",
		},
		{
			Name: "postings", Use: Campaign, Keep: record,
			Plain: "places houses",
		},
		{
			Name: "posting_remarks", Use: Campaign, Keep: record,
			Plain: "channel",
			Typed: "content answer",
		},
		{
			Name: "posted_settings", Use: Campaign, Keep: open,
			Plain: "safe_list",
		},
		{
			Name: "reopenings", Use: Campaign, Keep: record,
			Typed: "reason note",
		},
	}
}

// measureTables are those of what mends a shortcoming.
func measureTables() []Table {
	return []Table{
		{
			Name: "measures", Use: Campaign, Keep: record,
			Plain: "source source_href item owner percent level reported_as",
			Basic: "owner_name",
			Typed: "content",
		},
		{
			Name: "measure_steps", Use: Campaign, Keep: record,
			Plain: "on_day percent role",
			Typed: "note",
		},
		{
			Name: "measure_photos", Use: Campaign, Keep: record,
			Plain: "width height size sha256",
			Basic: "file",
		},
	}
}

// logTables are those of a house's own matters.
func logTables() []Table {
	return []Table{
		{
			Name: "log_entries", Use: Log, Keep: until(periods.Log()),
			Plain: "content told ticket photo_sha256",
			Basic: "photo",
			Typed: "body",
		},
		{
			Name: "monthly_reports", Use: Log, Keep: until(periods.Report()),
			Plain: "month normal households reminders moved_in moved_out disputes_new disputes_settled lights reasons",
			Typed: "shortfall return_reason",
		},
		{
			Name: "evenings", Use: Log, Keep: open,
			Plain: "hour",
		},
		{
			Name: "evening_checks", Use: Log, Keep: until(periods.Log()),
			Plain: "day gate lights fire",
		},
		{
			Name: "proposals", Use: Proposals, Keep: until(periods.Proposal()),
			Plain: "raised_as number category urgent public unit unit_name level days counted_from result document ticket satisfied joined reopened",
			Typed: "place title body wish answer",
		},
		{
			Name: "proposal_numbers", Use: Proposals, Keep: open,
			Plain: "last",
		},
		{
			Name: "proposal_steps", Use: Proposals, Keep: until(periods.Proposal()),
			Plain: "role unit unit_name document",
			Typed: "note",
		},
		{Name: "proposal_joins", Use: Proposals, Keep: until(periods.Proposal())},
		{Name: "proposals_apart", Use: Proposals, Keep: until(periods.Proposal())},
		{
			Name: "proposal_photos", Use: Proposals, Keep: until(periods.Proposal()),
			Plain: "width height size sha256",
			Basic: "file",
		},
		{
			Name: "proposal_months", Use: Proposals, Keep: open,
			Plain: "month due on_time",
		},
		{
			Name: "mediations", Use: Mediations, Keep: until(periods.Mediation()),
			Plain:     "record number households book page kept",
			Sensitive: "exclusion ground scope guests parties written court",
		},
		{
			Name: "mediation_sessions", Use: Mediations, Keep: until(periods.Mediation()),
			Plain: "in_public",
		},
		{
			Name: "mediation_steps", Use: Mediations, Keep: until(periods.Mediation()),
			Sensitive: "step line",
		},
		{
			Name: "replies", Use: Replies, Keep: until(periods.Reply()),
			Sensitive: "content asked_on answered_on",
		},
	}
}

// messageTables are those of announcements and messages.
func messageTables() []Table {
	return []Table{
		{
			Name: "messages", Use: Inbox, Keep: until(periods.Message()),
			Plain: "key href urgent about",
			Basic: "pairs",
			Typed: "reason",
		},
		{Name: "inbox", Use: Inbox, Keep: until(periods.Message())},
		{
			Name: "inbox_channels", Use: Inbox, Keep: withdrawn,
			Plain: "channel pace",
			Basic: "address",
		},
		{
			Name: "inbox_muted", Use: Inbox, Keep: renewed,
			Plain: "channel",
		},
		{ //nolint:gosec // names of columns
			Name: "push_subscriptions", Use: Inbox, Keep: withdrawn,
			Secret: "endpoint p256dh auth",
		},
		{
			Name: "deliveries", Use: Inbox, Keep: until(periods.Message()),
			Plain: "channel why tries",
			Basic: "body",
		},
		{
			Name: "notices", Use: Inbox, Keep: record,
			Plain: "urgent open_to_all area to_heads to_households to_officers to_leads sender season houses households officers leads file file_kind file_name created_role",
			Typed: "title body reason withdrawn_why",
		},
		{Name: "notice_areas", Use: Inbox, Keep: record},
		{
			Name: "notice_houses", Use: Inbox, Keep: record,
			Plain: "households known",
		},
		{
			Name: "notice_households", Use: Inbox, Keep: record,
			Plain: "how",
		},
		{
			Name: "notice_reads", Use: Inbox, Keep: record,
			Plain: "role",
		},
	}
}

// gatheringTables are those of meetings and training.
func gatheringTables() []Table {
	return []Table{
		{
			Name: "meetings", Use: Meetings, Keep: until(periods.Meeting()),
			Plain: "level lasts guests quorum_pct pass_pct households present sequence token chair_role secretary_house secretary_role chair_sha256 secretary_way sha256 frozen",
			Basic: "chair_name",
			Typed: "title agenda place cancel_why",
		},
		{
			Name: "meeting_houses", Use: Meetings, Keep: until(periods.Meeting()),
			Plain: "households present",
		},
		{
			Name: "meeting_households", Use: Meetings, Keep: until(periods.Meeting()),
			Plain: "how",
		},
		{
			Name: "meeting_votes", Use: Meetings, Keep: until(periods.Meeting()),
			Plain: "method present votes_for votes_against votes_other",
			Typed: "subject",
		},
		{
			Name: "meeting_themes", Use: Meetings, Keep: until(periods.Meeting()),
			Plain: "theme",
			Typed: "body",
		},
		{
			Name: "meeting_conclusions", Use: Meetings, Keep: until(periods.Meeting()),
			Plain: "owner",
			Typed: "content",
		},
		{
			Name: "meeting_addenda", Use: Meetings, Keep: until(periods.Meeting()),
			Typed: "body",
		},
		{
			Name: "meeting_rules", Use: Meetings, Keep: open,
			Plain: "level quorum_pct pass_pct",
		},
		{
			Name: "training_courses", Use: Trainings, Keep: open,
			Plain: "topics audience months active",
			Typed: "title",
		},
		{
			Name: "training_materials", Use: Trainings, Keep: open,
			Plain: "file file_name link",
			Typed: "title",
		},
		{
			Name: "training_questions", Use: Trainings, Keep: open,
			Typed: "body",
		},
		{
			Name: "trainings", Use: Trainings, Keep: until(periods.Training()),
			Plain: "topics audience level lasts speaker houses households came_houses came_households sequence token before_takers after_takers liked partly disliked cost fund",
			Typed: "title place cancel_why",
		},
		{
			Name: "training_houses", Use: Trainings, Keep: until(periods.Training()),
			Plain: "households head present certificate",
		},
		{
			Name: "training_households", Use: Trainings, Keep: until(periods.Training()),
			Plain: "how",
		},
		{
			Name: "training_quiz", Use: Trainings, Keep: until(periods.Training()),
			Plain: "right_before right_after",
			Typed: "body",
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
