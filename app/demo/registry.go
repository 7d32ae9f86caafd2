package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/houses"
)

// streets of the ward with the share of its houses that stand on each.
func streets() []string {
	return strings.Split("Hàng Bạc,Hàng Đào,Hàng Ngang,Hàng Buồm,Hàng Bồ,Hàng Gai,Hàng Mã,Hàng Trống,Hàng Bông,Hàng Dầu,Hàng Bè,Hàng Mắm,Hàng Muối,Hàng Tre,Hàng Thùng,"+
		"Hàng Quạt,Hàng Thiếc,Hàng Nón,Hàng Điếu,Hàng Gà,Hàng Cót,Hàng Lược,Hàng Giấy,Hàng Chiếu,Hàng Đường,Hàng Cân,Lương Văn Can,Lãn Ông,Thuốc Bắc,Chả Cá,"+
		"Đinh Liệt,Mã Mây,Tạ Hiện,Lương Ngọc Quyến,Nguyễn Hữu Huân,Trần Nhật Duật,Nguyễn Siêu,"+
		"Đào Duy Từ,Cầu Gỗ,Gia Ngư,Ngõ Gạch,Ngõ Phất Lộc,Ngõ Trung Yên,Lý Thái Tổ,Đinh Tiên Hoàng", ",")
}

func formerWard(street string) string {
	former := map[string]string{
		"Hàng Bạc": "Hàng Bạc", "Hàng Đào": "Hàng Đào", "Hàng Buồm": "Hàng Buồm", "Hàng Bồ": "Hàng Bồ", "Hàng Gai": "Hàng Gai", "Hàng Mã": "Hàng Mã",
		"Hàng Trống": "Hàng Trống", "Hàng Bông": "Hàng Bông", "Lý Thái Tổ": "Lý Thái Tổ", "Đinh Liệt": "Hàng Bạc", "Mã Mây": "Hàng Buồm", "Tạ Hiện": "Hàng Buồm",
	}
	return former[street]
}

// The parts of invented names. Any likeness is chance.
const (
	families = "Nguyễn,Trần,Lê,Phạm,Hoàng,Phan,Vũ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương,Lý"
	middles  = "Văn,Thị,Hữu,Đức,Ngọc,Minh,Xuân,Quang,Thanh,Kim,Bích,Đình"
	givens   = "Thịnh,Hòa,Bình,An,Dũng,Hương,Lan,Mai,Tuấn,Sơn,Hải,Yến,Phượng,Khánh,Tâm,Nghĩa,Lộc,Phúc,Thủy,Ẩn,Ủy,Đào,Thơ,Vinh,Quý,Oanh,Ý,Ước"
)

const (
	housesPerGroup = 80
	housesPerBeat  = 150
)

// registry makes streets, groups, beats and houses. Groups follow the streets one after the other; beats do
// the same with other borders, so that the two never coincide.
func (b *builder) registry(ctx context.Context, tx *db.Tx) error {
	into := newTable(tx, "houses", `id street_id group_id beat_id number number_key main alley sort_key fold kind storeys households rented head_name head_phone
		former_ward note status opened_on version created_at updated_at`)
	names := streets()
	made := 0
	for i, name := range names {
		// The first streets are the long ones: their shares fall evenly from three to one.
		share := b.houses * (3*len(names) - 2*i) / (2 * len(names) * len(names))
		if i == len(names)-1 {
			share = b.houses - made
		}
		if share = min(share, b.houses-made); share == 0 {
			continue
		}
		if err := b.street(ctx, into, name, share, made); err != nil {
			return err
		}
		made += share
	}
	return into.flush(ctx)
}

func (b *builder) street(ctx context.Context, into *table, name string, share, before int) error {
	street, err := b.reg.Street(ctx, civil.ParseStreet(name))
	if err != nil {
		return err
	}
	opened, now := string(civil.NewDay(2012, time.March, 26)), Moment().UnixMilli()
	for i, text := range b.numbers(share) {
		at := before + i
		group, err := b.reg.Group(ctx, civil.ParseGroup(strconv.Itoa(at/housesPerGroup+1)))
		if err != nil {
			return err
		}
		beat, err := b.reg.Beat(ctx, civil.ParseBeat(strconv.Itoa((at+housesPerGroup/3)/housesPerBeat+1)))
		if err != nil {
			return err
		}
		n, err := civil.ParseHouseNumber(text)
		if err != nil {
			return fmt.Errorf("number %q: %w", text, err)
		}
		h := house{id: b.id(), households: b.households(), group: at / housesPerGroup, quality: 0.55 + 0.45*b.rand.Float64()}
		phone := ""
		if b.chance(0.97) {
			h.head = pick(b, strings.Split(families, ",")) + " " + pick(b, strings.Split(middles, ",")) + " " + pick(b, strings.Split(givens, ","))
			phone = fmt.Sprintf("+8490%d000%03d", b.rand.IntN(10), b.rand.IntN(1000))
		}
		kind := pick(b, []string{"nhà ở", "nhà ở", "kết hợp kinh doanh", "kết hợp kinh doanh", "tập thể", "di tích"})
		if err := into.add(ctx, h.id, street.ID, group, beat, n.Text, n.Key, n.Main, strings.Join(n.Alley, "/"), houses.SortKey(street, n.Text),
			houses.SearchText(n.Text, name, formerWard(name), h.head), kind, 1+b.rand.IntN(5), h.households, b.rand.IntN(h.households+1)/2, h.head, phone,
			formerWard(name), "", "active", opened, 1, now, now); err != nil {
			return err
		}
		b.made = append(b.made, h)
	}
	return nil
}

// households gives between 1 and 30 households: most houses have few, some many (domain.md §7.1).
func (b *builder) households() int {
	n := 1 + int(b.rand.ExpFloat64()*4.6)
	return min(n, 30)
}

// numbers makes the numbers of a street in walking order: odd and even, letters, joined numbers, alleys.
func (b *builder) numbers(count int) []string {
	var out []string
	for n := 1; len(out) < count; n++ {
		switch {
		case b.chance(0.03):
			out = append(out, fmt.Sprintf("%d-%d", n, n+2))
		case b.chance(0.02):
			out = append(out, fmt.Sprintf("%d bis", n))
		default:
			out = append(out, strconv.Itoa(n))
		}
		if b.chance(0.08) {
			out = append(out, fmt.Sprintf("%dA", n))
		}
		if n > 10 && b.chance(0.02) {
			for inner := 1; inner <= 2+b.rand.IntN(6); inner++ {
				out = append(out, fmt.Sprintf("%d/%d", n, inner))
			}
			if b.chance(0.3) {
				out = append(out, fmt.Sprintf("%d/%d/%d", n, 3, 1))
			}
		}
	}
	return out[:count]
}
