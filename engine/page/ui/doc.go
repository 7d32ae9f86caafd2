// Package ui draws pages: the frame around them and the parts they are made of.
//
// It knows no feature. A feature's pages.templ takes one typed struct and puts these parts together;
// words come in as text or from the catalog in [Messages] (keys "ui."). There is no inline style and no
// inline script: sizes come from classes and SVG attributes, behaviour from data attributes.
//
//	templ housePage(f ui.Frame, h house) {
//		@ui.Layout(f) {
//			@ui.HouseHead(f.Words, "36A", "36A Hàng Bạc", []string{"Tổ dân phố 5 · 14 hộ"}, ui.Conditional, "Kiểm tra 12/10/2026.")
//			<div class="house-grid">
//				<div> … @ui.Section("six", "Sáu nội dung", ui.Link{}) { @ui.ContentRows(f.Words, h.Contents) } </div>
//				<div> … @ui.KV(h.Dates) … @ui.Calls(h.Calls) </div>
//			</div>
//		}
//	}
//
// # Components
//
//	frame     Layout(f) { }  Phone(f) { }  PageHead(title, asOf)  Crumbs(w, links)
//	states    Mark(s)  StateLabel(s, text)  StatePlain(s, text)  StateText(w, s)  StateShort(w, s)
//	house     Plate(number, size)  HouseHead(…)  Todo(…) { }  ContentRows(w, list)  ContentBars(w, list)  CellKey(w)
//	          Cells(cells, label)  Dots(six, label)  YearsRow(w, years)  MyHouse(…)
//	lists     HouseTable(w, columns, rows, panel)  ColumnHead(c)  FilterChips(label, chips)  Pager(w, p) { }
//	          Panel(id, label) { }  TaskList(tasks)  NavList(items)  Empty(text, more, action)
//	text      Section(id, title, link) { }  KV(facts)  Terms(facts)  Calls(calls)  CallRow(calls)  Timeline(events)
//	actions   Button(a)  Actions(a…)  Thumb(a)
//	forms     Input(w, field)  RadioCards(choice)  CheckList(choice)  Checkbox(…)  Hidden(values…)  Errors(w, list)
//	          Question(w, ask)  SelfAndFinding(w, versus)
//	figures   Stat(rate)  StackedBar(count)  StateKey(w, counts)  MiniBar(percent, warn)  Spark(values, top)
//	          SixBars(percent)  SixBarsHead()
//	street    StripMap(w, strip)  LayStaves(odd, even, per)
//	messages  Notice(kind, text)  NoticeWith(kind, title) { }  Progress(w, job)  Tallies(list)  Paper(label) { }
//
// # Classes for pages that write their own markup
//
//	.head          heading at the left, .asof or a link at the right
//	.lead          Stat beside figure.whole (figcaption, StackedBar, StateKey)
//	.board-grid    wide table beside an aside; .house-grid, .list-grid, .ind-grid likewise; one column on the phone
//	.section       a part under a rule; .box a sheet with an edge, for the one thing to do
//	table.dense    dense list with sticky head; add .cards and data-label on each td to get cards on the phone
//	table.groups   the board's table; .twins three short tables side by side; .scroll around a table too wide for the phone
//	td.num th.num  figures to the right; .wrap may break; .due brick (overdue); .blank left out of a card
//	tr.sel         the chosen row; tr.new .changed .refused rows of an import preview, with del and ins in the cells
//	form.stack     fields under each other; .row fields side by side; .filters a row of selects over a list
//	.actions       buttons in a row; .thumb the button at thumb height
//	.props         proposals: li > a + .sub + .st;  .wait, .lacks the board's short lists;  .facts label and figure
//	svg.chart      a line chart; its figure scrolls on the phone and needs tabindex="0" (axe) and a table twin
//	.notes         three short texts side by side; .say the one sentence of an indicator
//	.photos        pictures in threes; .diff a line with an icon where self-rating and finding differ; .offline the banner of what waits
//	.quiet .small .nb .sr .due .num   muted; smaller; never breaks; for readers only; overdue; tabular
//	.narrow-only .wide-only   below, from 60rem;  .no-js shown only without JavaScript;  .no-print
//
// # Behaviour, all optional: every page works without it
//
//	input[data-live][data-live-target="#list"]   asks the form's address while typing, header "Sonha-Part: list", and puts
//	                                             the answer's matching element (or the whole answer) in place of the target
//	select[data-auto], input[data-auto]          sends its form on change (as live when the form has data-live-target)
//	table[data-panel="panel"]                    shows the row's link in #panel, header "Sonha-Part: panel"
//	form[data-once]                              one press sends once; on by itself for every method=post form
//	form[data-offline="title"]                   kept on the phone before it is sent; Offline.Attributes; data-offline-next: where to go without a network
//	[data-keep-url]                              fetches the pages that the address lists; words in data-going, -done, -part, -failed
//	[data-speak]                                 reads the main text aloud
//	form[data-unsaved]                           asks before leaving with something typed; the text is the attribute's value
//	form[data-upload]                            sends with a progress bar
//	input[data-photo]                            preview, and pictures made ≤ 1600 px before they are sent
//	[data-progress-url]                          asks for {done,total,state,next} until next
//	[data-strip]                                 arrow keys walk the street
//	[data-print]                                 a button that prints;  [data-copy="text"] one that copies
//	[data-focus]                                 takes the focus when the page opens
//	/                                            goes to the search field
package ui
