package files

import (
	"bytes"
	"encoding/binary"
)

// Of all EXIF only the orientation is read, and none of it is kept. Each reader below takes bytes from
// outside: whatever does not fit means "no EXIF", never an error.

// exifOfJPEG finds the APP1 segment with EXIF before the picture's data.
func exifOfJPEG(data []byte) []byte {
	rest := data[min(2, len(data)):]
	for len(rest) >= 4 && rest[0] == 0xff {
		marker, size := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xff { // a fill byte
			rest = rest[1:]
			continue
		}
		if marker == 0xda || size < 2 || len(rest) < 2+size {
			return nil
		}
		body := rest[4 : 2+size]
		if block, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return block
		}
		rest = rest[2+size:]
	}
	return nil
}

// exifOfPNG finds the chunk eXIf.
func exifOfPNG(data []byte) []byte {
	rest := data[min(8, len(data)):]
	for len(rest) >= 12 {
		size := int64(binary.BigEndian.Uint32(rest))
		if int64(len(rest)) < 12+size {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+size]
		}
		rest = rest[12+size:]
	}
	return nil
}

// exifOfWebP finds the chunk EXIF. Some programs put JPEG's prefix before it.
func exifOfWebP(data []byte) []byte {
	rest := data[min(12, len(data)):]
	for len(rest) >= 8 {
		size := int64(binary.LittleEndian.Uint32(rest[4:]))
		if int64(len(rest)) < 8+size {
			return nil
		}
		if string(rest[:4]) == "EXIF" {
			return bytes.TrimPrefix(rest[8:8+size], []byte("Exif\x00\x00"))
		}
		// Chunks are padded to an even size.
		rest = rest[min(8+size+size%2, int64(len(rest))):]
	}
	return nil
}

// orientation reads tag 0x0112 of the first directory of an EXIF block: 1 to 8, and 1 when it is not there.
func orientation(block []byte) int {
	const upright, tag, shortType, entrySize = 1, 0x0112, 3, 12
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(block, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(block, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return upright
	}
	if len(block) < 8 {
		return upright
	}
	at := int64(order.Uint32(block[4:]))
	if at+2 > int64(len(block)) {
		return upright
	}
	entries := block[at+2:]
	for range order.Uint16(block[at:]) {
		if len(entries) < entrySize {
			return upright
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == shortType {
			if v := int(order.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
			return upright
		}
		entries = entries[entrySize:]
	}
	return upright
}
