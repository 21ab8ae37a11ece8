// A real kube-apiserver with its etcd in one process, for tests: nothing runs what is stored.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // for timeZone of a CronJob

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// main takes the folder to keep everything in, and then what kube-apiserver takes.
func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: apiserver FOLDER [what kube-apiserver takes]"))
	}
	go endWithParent()
	endpoint, err := startEtcd(os.Args[1])
	if err != nil {
		fail(err)
	}
	key, err := writeKey(os.Args[1])
	if err != nil {
		fail(err)
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(append([]string{
		"--etcd-servers=" + endpoint,
		"--service-account-issuer=https://pipegen.test",
		"--service-account-key-file=" + key,
		"--service-account-signing-key-file=" + key,
	}, os.Args[2:]...))
	if err := command.Execute(); err != nil {
		fail(err)
	}
}

// startEtcd listens on sockets in the folder, so that no port is needed.
func startEtcd(folder string) (string, error) {
	if err := os.Chdir(folder); err != nil { // etcd takes host and port of the address for a file's name
		return "", err
	}
	config := embed.NewConfig()
	config.Dir = filepath.Join(folder, "etcd")
	config.LogLevel = "error"
	wal.SegmentSizeBytes = 1 << 20
	config.UnsafeNoFsync = true // what a test stores need not survive it
	client := url.URL{Scheme: "unix", Host: "etcd:1"}
	peer := url.URL{Scheme: "unix", Host: "etcd:2"}
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return "", err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return client.String(), nil
	case <-time.After(time.Minute):
		return "", fmt.Errorf("etcd does not start")
	}
}

// writeKey makes the key for the tokens of service accounts; nobody asks for one.
func writeKey(folder string) (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "accounts.key")
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return path, os.WriteFile(path, pem.EncodeToMemory(block), 0o600)
}

// endWithParent ends this process when whoever started it closes its end of the pipe, or is gone.
func endWithParent() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
