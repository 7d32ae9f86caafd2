package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Picture is an announcement as a picture for a phone's group chat: 1080 pixels wide and as high as its text needs.
type Picture struct {
	Sender     string
	Title      string
	Alert      string
	Paragraphs []string
	Foot       []string
	URL        string // what the QR code opens; empty draws none
	Mark       string
}

const (
	pictureWidth  = 1080
	pictureMost   = 2000 // higher pictures are made small by chat programs
	pictureEdge   = 72
	pictureBand   = 132
	pictureCode   = 210
	pictureText   = 42.0
	pictureTitle  = 64.0
	pictureLead   = 1.42
	pictureFoot   = 30.0
	pictureMedium = 34.0
)

// line is one line of a picture.
type pictureLine struct {
	weight weight
	size   float64
	text   string
	colour color.RGBA
	gap    float64 // above
}

// PNG draws the picture. A text that would make it too high ends with three dots; the foot says where the rest is.
func (p *Picture) PNG(fonts *Sans) ([]byte, error) {
	ink, blue, brick := color.RGBA{0x1b, 0x21, 0x2a, 255}, color.RGBA{plateRed, plateGreen, plateBlue, 255}, color.RGBA{0x7e, 0x2d, 0x16, 255}
	const width = pictureWidth - 2*pictureEdge
	var lines []pictureLine
	add := func(w weight, size float64, c color.RGBA, before float64, text string) {
		for i, line := range fonts.wrap(w, size, width, clean(text)) {
			gap := 0.0
			if i == 0 {
				gap = before
			}
			lines = append(lines, pictureLine{w, size, line, c, gap})
		}
	}
	add(bold, pictureTitle, blue, 24, p.Title)
	if p.Alert != "" {
		add(bold, pictureText, brick, 20, p.Alert)
	}
	size := pictureText
	if n := len(strings.Join(p.Paragraphs, "")); n > 900 {
		size = pictureMedium
	}
	for _, text := range p.Paragraphs {
		add(regular, size, ink, 26, text)
	}
	lines = cutLines(lines, pictureMost-pictureBand-pictureCode-3*pictureEdge)
	height := pictureBand + pictureCode + 2*pictureEdge
	for _, l := range lines {
		height += int(l.size*pictureLead + l.gap)
	}
	canvas := image.NewRGBA(image.Rect(0, 0, pictureWidth, height))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(canvas, image.Rect(0, 0, pictureWidth, pictureBand), image.NewUniform(blue), image.Point{}, draw.Src)
	b := &brush{canvas: canvas, fonts: fonts, faces: map[faceKey]font.Face{}}
	b.text(bold, 40, pictureEdge, 82, clean(p.Sender), color.RGBA{255, 255, 255, 255})
	y := float64(pictureBand)
	for _, l := range lines {
		y += l.gap + l.size*pictureLead
		b.text(l.weight, l.size, pictureEdge, y-l.size*0.35, l.text, l.colour)
	}
	if err := p.foot(b, height-pictureCode-pictureEdge, ink); err != nil {
		return nil, err
	}
	if b.failed != nil {
		return nil, fmt.Errorf("paper: draw picture: %w", b.failed)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("paper: write picture: %w", err)
	}
	return out.Bytes(), nil
}

// cutLines leaves out the lines that do not fit into a height.
func cutLines(lines []pictureLine, most float64) []pictureLine {
	var sum float64
	for i, l := range lines {
		if sum += l.size*pictureLead + l.gap; sum > most && i > 0 {
			lines[i-1].text += " …"
			return lines[:i]
		}
	}
	return lines
}

func (p *Picture) foot(b *brush, top int, ink color.RGBA) error {
	draw.Draw(b.canvas, image.Rect(pictureEdge, top-16, pictureWidth-pictureEdge, top-14), image.NewUniform(color.RGBA{0xb8, 0xb4, 0xaa, 255}), image.Point{}, draw.Src)
	room := float64(pictureWidth - 2*pictureEdge)
	if p.URL != "" {
		room -= pictureCode + 30
		code, err := encodeQR(p.URL)
		if err != nil {
			return err
		}
		module := pictureCode / (code.Size + 8)
		side := module * (code.Size + 8)
		left := pictureWidth - pictureEdge - side
		for y := range code.Size {
			for x := range code.Size {
				if code.Black(x, y) {
					at := image.Pt(left+(x+4)*module, top+(y+4)*module)
					draw.Draw(b.canvas, image.Rectangle{at, at.Add(image.Pt(module, module))}, image.Black, image.Point{}, draw.Src)
				}
			}
		}
	}
	y := float64(top) + 44
	for _, text := range append(append([]string{}, p.Foot...), p.Mark) {
		for _, line := range b.fonts.wrap(regular, pictureFoot, room, clean(text)) {
			b.text(regular, pictureFoot, pictureEdge, y, line, ink)
			y += pictureFoot * pictureLead
		}
	}
	return nil
}

type faceKey struct {
	weight weight
	part   int
	size   float64
}

// brush draws text on a picture.
type brush struct {
	canvas *image.RGBA
	fonts  *Sans
	faces  map[faceKey]font.Face
	failed error
}

func (b *brush) face(k faceKey) font.Face {
	if f, ok := b.faces[k]; ok {
		return f
	}
	parsed, err := opentype.Parse(b.fonts.parts[k.weight][k.part].data)
	if err == nil {
		var f font.Face
		if f, err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: k.size, DPI: 72, Hinting: font.HintingNone}); err == nil {
			b.faces[k] = f
			return f
		}
	}
	b.failed = err
	return nil
}

// text draws a text with its baseline at y.
func (b *brush) text(w weight, size, x, y float64, text string, c color.RGBA) {
	for _, run := range b.fonts.runs(w, text) {
		face := b.face(faceKey{w, run.part, size})
		if face == nil {
			return
		}
		d := font.Drawer{Dst: b.canvas, Src: image.NewUniform(c), Face: face, Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}}
		d.DrawString(run.text)
		x += b.fonts.width(w, size, run.text)
	}
}
