// Package holidays keeps the days on which the ward works, by which everything that is due in working days is
// reckoned (Civil Code 91/2015/QH13, Article 147).
//
// Table: holidays. The days off by law are not rows: ground/civil reckons them for every year, Tết by the lunar
// calendar of UTC+7 (Labour Code 45/2019/QH14, Article 112). Rows are what the ward adds for a year, as the Prime
// Minister or the city decides it: days off beside those of the law, and days that are worked although the law or
// the weekend says otherwise. The command and the administrator enter them, years ahead if they like.
package holidays
