package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// The sizes that are kept: long side in pixels, and JPEG quality.
const (
	photoSide, photoQuality = 1600, 82
	thumbSide, thumbQuality = 320, 76
)

// Photo is a kept picture of a place.
type Photo struct {
	Name          string // to open it again
	Width, Height int    // upright, in pixels
	Bytes         int64  // of the kept file, the small version not counted
	SHA256        string // of the kept file, hexadecimal
}

// SavePhoto takes a JPEG, PNG or WebP picture, known by its content, and keeps it as a JPEG of at most 1600
// pixels with a small version beside it. The picture is turned upright and loses all its metadata.
//
// It refuses with TooLarge, TooDetailed (judged by the header, before anything is unpacked), HEIC,
// Unsupported and Broken. Any other error is the reader's or the disk's; then nothing is kept.
func (s *Store) SavePhoto(r io.Reader, limits Limits) (Photo, error) {
	data, err := receive(r, limits)
	if err != nil {
		return Photo{}, err
	}
	full, small, size, err := s.convert(data, limits)
	if err != nil {
		return Photo{}, err
	}
	stem := newStem()
	thumb, photo := s.path("photos", stem, thumbEnd), s.path("photos", stem, photoEnd)
	// The small version first: a photo that can be opened has both.
	if err := writeFile(thumb, writeBytes(small)); err != nil {
		return Photo{}, err
	}
	if err := writeFile(photo, writeBytes(full)); err != nil {
		return Photo{}, errors.Join(err, remove(thumb))
	}
	sum := sha256.Sum256(full)
	return Photo{
		Name: stem + photoEnd, Width: size.X, Height: size.Y,
		Bytes: int64(len(full)), SHA256: hex.EncodeToString(sum[:]),
	}, nil
}

func receive(r io.Reader, limits Limits) ([]byte, error) {
	most := limits.Bytes
	if most <= 0 {
		most = MaxPhotoBytes
	}
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("files: receive photo: %w", err)
	}
	if int64(len(data)) > most {
		return nil, &Error{Kind: TooLarge}
	}
	return data, nil
}

func writeBytes(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, err := w.Write(data); err != nil {
			return fmt.Errorf("files: %w", err)
		}
		return nil
	}
}

// convert unpacks a picture and packs it again in both sizes. size is that of the larger one.
func (s *Store) convert(data []byte, limits Limits) (full, small []byte, size image.Point, err error) {
	form, err := recognise(data)
	if err != nil {
		return nil, nil, image.Point{}, err
	}
	if err := form.checkSize(data, limits.Pixels); err != nil {
		return nil, nil, image.Point{}, err
	}
	s.decoding.Lock()
	defer s.decoding.Unlock()
	picture, err := form.decode(bytes.NewReader(data))
	if err != nil {
		return nil, nil, image.Point{}, &Error{Kind: Broken, Err: err}
	}
	upright := turn(fit(picture, photoSide), orientation(form.exif(data)))
	if full, err = pack(upright, photoQuality); err != nil {
		return nil, nil, image.Point{}, err
	}
	if small, err = pack(fit(upright, thumbSide), thumbQuality); err != nil {
		return nil, nil, image.Point{}, err
	}
	return full, small, upright.Bounds().Size(), nil
}

// format is how one kind of picture is read.
type format struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	// exif gives the picture's EXIF block, which begins with the TIFF header, or nil.
	exif func([]byte) []byte
}

// recognise tells the format by the first bytes; the name and the type that the sender gave do not count.
func recognise(data []byte) (format, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return format{jpeg.DecodeConfig, jpeg.Decode, exifOfJPEG}, nil
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return format{png.DecodeConfig, png.Decode, exifOfPNG}, nil
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return format{webp.DecodeConfig, webp.Decode, exifOfWebP}, nil
	case len(data) >= 12 && string(data[4:8]) == "ftyp" && isHEIC(string(data[8:12])):
		return format{}, &Error{Kind: HEIC}
	case len(data) == 0:
		return format{}, &Error{Kind: Broken, Err: errors.New("empty photo")}
	}
	return format{}, &Error{Kind: Unsupported}
}

// isHEIC knows the brands under which phones write HEIF pictures and series.
func isHEIC(brand string) bool {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1":
		return true
	}
	return false
}

// checkSize refuses by the header what would unpack to too much. A pixel of 16-bit channels counts double,
// because it takes double the memory.
func (f format) checkSize(data []byte, most int64) error {
	if most <= 0 {
		most = MaxPhotoPixels
	}
	config, err := f.config(bytes.NewReader(data))
	if err != nil {
		return &Error{Kind: Broken, Err: err}
	}
	if config.Width <= 0 || config.Height <= 0 {
		return &Error{Kind: Broken, Err: fmt.Errorf("size %d × %d", config.Width, config.Height)}
	}
	pixels := int64(config.Width) * int64(config.Height)
	switch config.ColorModel {
	case color.NRGBA64Model, color.RGBA64Model, color.Gray16Model:
		pixels *= 2
	}
	if pixels > most {
		return &Error{Kind: TooDetailed, Err: fmt.Errorf("size %d × %d", config.Width, config.Height)}
	}
	return nil
}

// fit draws a picture on white, so that its long side is at most side pixels. It never enlarges.
func fit(picture image.Image, side int) *image.RGBA {
	b := picture.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > side {
		w, h = max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
	}
	paper := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(paper, paper.Bounds(), image.White, image.Point{}, draw.Src)
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(paper, paper.Bounds(), picture, b.Min, draw.Over)
	} else {
		picture = halfway(picture, w, h)
		draw.CatmullRom.Scale(paper, paper.Bounds(), picture, picture.Bounds(), draw.Over, nil)
	}
	return paper
}

// halfway brings a picture to at most twice the size that it is wanted in, by a way that keeps nothing aside: the
// better one holds a row of four floating point numbers for each pixel of the height.
func halfway(picture image.Image, w, h int) image.Image {
	b := picture.Bounds()
	if b.Dx() <= 2*w && b.Dy() <= 2*h {
		return picture
	}
	half := image.NewRGBA(image.Rect(0, 0, min(b.Dx(), 2*w), min(b.Dy(), 2*h)))
	draw.Draw(half, half.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(half, half.Bounds(), picture, b, draw.Over, nil)
	return half
}

// turn sets a picture upright. The orientations are EXIF's 1 to 8; 1, and whatever else, leaves it as it is.
func turn(p *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return p
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2: // mirrored left to right
				tx = w - 1 - x
			case 3: // upside down
				tx, ty = w-1-x, h-1-y
			case 4: // mirrored top to bottom
				ty = h - 1 - y
			case 5: // mirrored along the main diagonal
				tx, ty = y, x
			case 6: // to be turned clockwise
				tx, ty = h-1-y, x
			case 7: // mirrored along the other diagonal
				tx, ty = h-1-y, w-1-x
			case 8: // to be turned counter-clockwise
				tx, ty = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(tx, ty):][:4], p.Pix[p.PixOffset(x, y):][:4])
		}
	}
	return out
}

func pack(p *image.RGBA, quality int) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("files: pack photo: %w", err)
	}
	return out.Bytes(), nil
}
