package history

// UnknownHouse refuses a row whose house the ward does not have. The parser never gives it: its caller looks the
// houses up.
const UnknownHouse Code = "unknown_house"
