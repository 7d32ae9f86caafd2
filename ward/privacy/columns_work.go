package privacy

import "sonha/ward/periods"

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
