package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"sonha/engine/trust"
)

// S3 is a folder of a bucket in a store that speaks S3: of the ward itself (MinIO, Garage, Ceph) or of a provider. It gets copies that
// it cannot read, and what it has taken is read back and compared.
type S3 struct {
	client         *minio.Client
	bucket, folder string // the folder ends in a slash, or is ""

	mu sync.Mutex
	// doubtful are copies that were sent and could neither be read back nor taken away: they count for nothing.
	doubtful map[string]bool
}

const (
	// partSize is how much goes at once, in bytes, and stands in memory meanwhile. A store takes 10,000 parts: 156 GiB.
	partSize = 16 << 20
	// s3Tries is how often one request is tried, within seconds; the plan itself is tried again minutes later.
	s3Tries = 4
	// cleaning is how long what is left of a copy that failed may take to go.
	cleaning = 30 * time.Second
)

// NewS3 reads where the folder is ("s3://host:port/bucket/folder", "?region=…" where the store wants one), the file with the access key
// and, on the next line, its secret, and the file of certificates that the store is known by (PEM; "": those of the system).
// It speaks https; "s3+http://" is taken for a store on this very machine only.
func NewS3(address, keyFile, caFile string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%q is not of the form s3://host/bucket/folder", Redacted(address))
	}
	bucket, folder, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	query := u.Query()
	region := query.Get("region")
	query.Del("region")
	switch {
	case u.Scheme != "s3" && u.Scheme != "s3+http", u.Host == "", u.User != nil, bucket == "", len(query) > 0, u.Fragment != "", folder != "" && !fs.ValidPath(folder):
		return nil, fmt.Errorf("%q is not of the form s3://host/bucket/folder", Redacted(address))
	case u.Scheme == "s3+http" && !trust.Loopback(u.Hostname()):
		return nil, fmt.Errorf("%q would go without https to another machine", address)
	}
	id, secret, err := s3Key(keyFile)
	if err != nil {
		return nil, err
	}
	line, err := s3Line(caFile)
	if err != nil {
		return nil, err
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(id, secret, ""), Secure: u.Scheme == "s3", Region: region, Transport: line, MaxRetries: s3Tries,
	})
	if err != nil {
		return nil, fmt.Errorf("%q: %w", address, err)
	}
	if folder != "" {
		folder += "/"
	}
	return &S3{client: client, bucket: bucket, folder: folder, doubtful: map[string]bool{}}, nil
}

// IsS3 reports whether an address is of a store that speaks S3.
func IsS3(address string) bool {
	return strings.HasPrefix(address, "s3://") || strings.HasPrefix(address, "s3+http://")
}

// s3Key reads the access key and its secret from the first two lines of a file; empty ones and those that begin with # are passed over.
func s3Key(file string) (id, secret string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 2 {
		return "", "", fmt.Errorf("%s: two lines are wanted, the access key and its secret", file)
	}
	return lines[0], lines[1], nil
}

// s3Line is how the store is reached. Nothing is unpacked on the way: what is stored is what is read.
func s3Line(caFile string) (*http.Transport, error) {
	roots, err := trust.Roots(caFile)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout: 30 * time.Second, ResponseHeaderTimeout: 5 * time.Minute, IdleConnTimeout: time.Minute, DisableCompression: true,
	}, nil
}

// Names lists what lies in the folder, not below it.
func (s *S3) Names(ctx context.Context) ([]string, error) {
	var names []string
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.folder}) {
		if o.Err != nil {
			return nil, o.Err
		}
		name := strings.TrimPrefix(o.Key, s.folder)
		if name != "" && !strings.Contains(name, "/") && !s.doubts(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Newest is the name of the newest copy; "" while there is none.
func (s *S3) Newest(ctx context.Context) (string, error) {
	names, err := s.Names(ctx)
	return newestOf(names), err
}

// Put sends a copy in parts, each with its checksum, which the store joins under its name at the end, and reads the whole back: what is
// not as it was sent is taken away again.
func (s *S3) Put(ctx context.Context, name string, write func(io.Writer) error) error {
	s.abortOld(ctx)
	from, to := io.Pipe()
	sent := sha256.New()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = to.CloseWithError(write(io.MultiWriter(to, sent))) // nil ends the copy, an error ends the sending
	}()
	_, err := s.client.PutObject(ctx, s.bucket, s.folder+name, from, -1, minio.PutObjectOptions{
		PartSize: partSize, ContentType: "application/octet-stream",
	})
	_ = from.Close() // whoever still writes hears that nobody reads
	<-ended
	if err != nil {
		return err
	}
	got := sha256.New()
	if err = s.readTo(ctx, name, got); err == nil && !bytes.Equal(got.Sum(nil), sent.Sum(nil)) {
		err = errors.New("the store gives something else than it was sent")
	}
	if err != nil {
		s.doubt(name, true)
		return errors.Join(err, s.takeBack(ctx, name))
	}
	s.doubt(name, false)
	return nil
}

func (s *S3) readTo(ctx context.Context, name string, to io.Writer) (err error) {
	in, _, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	_, err = io.Copy(to, in)
	return err
}

// takeBack takes a copy away, also when the time for the work is over.
func (s *S3) takeBack(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaning)
	defer cancel()
	err := s.Remove(ctx, name)
	if err == nil {
		s.doubt(name, false)
	}
	return err
}

// abortOld ends the sending of copies that was broken off long ago, as by a power cut: no list shows their parts, but they take room. A
// key that may not look at them hinders no copy; the store's own rule for such parts does it then (docs/operate.md).
func (s *S3) abortOld(ctx context.Context) {
	for u := range s.client.ListIncompleteUploads(ctx, s.bucket, s.folder+nameStart, true) {
		if u.Err == nil && time.Since(u.Initiated) > abandoned {
			_ = s.client.RemoveIncompleteUpload(ctx, s.bucket, u.Key)
		}
	}
}

// Open reads a copy and says how many bytes it has.
func (s *S3) Open(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	in, err := s.client.GetObject(ctx, s.bucket, s.folder+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, err
	}
	info, err := in.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, in.Close())
	}
	return in, info.Size, nil
}

// Remove takes a copy away.
func (s *S3) Remove(ctx context.Context, name string) error {
	return s.client.RemoveObject(ctx, s.bucket, s.folder+name, minio.RemoveObjectOptions{})
}

func (s *S3) doubts(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubtful[name]
}

func (s *S3) doubt(name string, is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if is {
		s.doubtful[name] = true
	} else {
		delete(s.doubtful, name)
	}
}
