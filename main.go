// Command sonha is the platform of the programme "Hộ tự phòng – Số nhà tự quản".
package main

import (
	"os"

	"sonha/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
