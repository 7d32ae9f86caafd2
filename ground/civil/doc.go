// Package civil holds what every part of the program must know about writing
// Vietnamese for public administration: text and its order, persons' names,
// house numbers, telephone numbers, figures, days, the lunar calendar, working
// days and legacy encodings.
//
// Nothing here touches a database, a clock or the network: the same input gives
// the same output, and every function may be called from many goroutines.
//
//	NFC, NFCLines      text as it is stored
//	Fold, MatchRank    text as it is searched
//	SortKey, NameKey   text as it is sorted
//	ParsePhone         telephone numbers of the ward
//	Int, Percent, …    figures as they are printed
//	Day, Clock         days and hours in Hà Nội
//	Lunar, Holidays    lunar calendar and public holidays
//	Calendar           working days, for legal deadlines
//	LegacyBytes        files in TCVN3 (ABC) or VNI
//
// Gói civil chứa những quy tắc viết tiếng Việt trong công việc hành chính mà
// mọi phần của chương trình dùng chung: chữ và thứ tự chữ, tên người, số nhà,
// số điện thoại, con số, ngày tháng, âm lịch, ngày làm việc và các bảng mã cũ.
package civil
