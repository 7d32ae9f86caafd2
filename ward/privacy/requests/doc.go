// Package requests keeps what households ask about the data that are kept of them (Law 91/2025/QH15, Art. 4; Decree 356/2025/NĐ-CP, Art. 5;
// domain.md §5.4): to see them, to have them corrected, deleted, restricted, left alone or protected.
//
// A household asks under "Dữ liệu của tôi" and sees each step with its day; a request on paper or by word is entered for it by the data
// protection officer and marked so. Two clocks run from the day on which it was received: two working days to say that it was, and 10, 15
// or 20 days to answer, which may be extended once with a reason (docs/decisions/0053). A refusal has one of a few grounds, each with its
// law. What is late is told to the command, then to the committee. To take consent back needs no request: each consent has its own button.
//
// Nobody is named: a request is of a household of a house number, and free text passes ground/civil/personal.
//
// Tables: data_requests.
package requests
