// Package areas keeps the organisation tree of a ward (city, ward, residential groups, cells), the beats
// of the area officers, which have other borders than the groups, and the streets.
//
// Tables: wards, areas, area_names, area_paths, beats, streets. Areas and beats are valid from a day to a
// day and are never deleted; former names stay searchable. The administrator edits them, an import adds
// the groups, beats and streets that a roster names.
package areas
