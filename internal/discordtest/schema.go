package discordtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Description is Discord's own machine-readable description of its REST API (OpenAPI 3.1). A Server that has it checks
// each accepted request and each of its own replies against it and notes what does not fit among its Violations. It may
// be shared by servers. Safe for concurrent use.
type Description struct {
	paths map[string]string // normalised method and path -> pointer to the operation

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer; nil where the description has none
	document map[string]any
}

const documentURL = "mem://openapi.json"

// FindDescription looks for shared/discord/openapi.json beside the folder that holds go.mod. It returns "" when there is
// none, which is the usual case outside of the project's own workplace.
func FindDescription() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
	path := filepath.Join(filepath.Dir(dir), "shared", "discord", "openapi.json")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}

// LoadDescription reads the description from a file.
func LoadDescription(path string) (*Description, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read Discord's description: %w", err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("parse Discord's description: %w", err)
	}
	document, isObject := parsed.(map[string]any)
	if !isObject {
		return nil, errors.New("discord's description is not an object")
	}
	patch(document)
	d := &Description{
		paths: map[string]string{}, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}, document: document,
	}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	if err := d.compiler.AddResource(documentURL, document); err != nil {
		return nil, fmt.Errorf("add Discord's description: %w", err)
	}
	for path, operations := range object(document["paths"]) {
		for method := range object(operations) {
			key := normal(strings.ToUpper(method) + " " + path)
			d.paths[key] = "/paths/" + escapePointer(path) + "/" + method
		}
	}
	return d, nil
}

// patch corrects what the description says otherwise than the API does.
func patch(document map[string]any) {
	schemas := object(object(document["components"])["schemas"])
	if content := object(object(object(schemas["MessageCreateRequest"])["properties"])["content"]); content != nil {
		content["maxLength"] = contentLimit // it says 4000, which only people with Nitro may write
	}
	for _, schema := range schemas {
		properties := object(object(schema)["properties"])
		if p := object(properties["default_member_permissions"]); p != nil {
			properties["default_member_permissions"] = map[string]any{"type": []any{"integer", "string", "null"}}
		}
	}
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// normal makes routes comparable whatever their placeholders are called.
func normal(route string) string { return placeholder.ReplaceAllString(route, "{}") }

func escapePointer(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "%", "%25", "{", "%7B", "}", "%7D").Replace(s)
}

// check validates a JSON value against the schema at a pointer; nil also when the description has no such schema.
func (d *Description) check(pointer string, value []byte) error {
	schema, err := d.schema(pointer)
	if schema == nil || err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	return schema.Validate(v)
}

func (d *Description) schema(pointer string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s, known := d.schemas[pointer]; known {
		return s, nil
	}
	var schema *jsonschema.Schema
	if d.exists(pointer) {
		var err error
		if schema, err = d.compiler.Compile(documentURL + "#" + pointer); err != nil {
			return nil, fmt.Errorf("compile %s: %w", pointer, err)
		}
	}
	d.schemas[pointer] = schema
	return schema, nil
}

// exists follows a pointer through the document.
func (d *Description) exists(pointer string) bool {
	unescape := strings.NewReplacer("%7D", "}", "%7B", "{", "%25", "%", "~1", "/", "~0", "~")
	node := any(d.document)
	for _, part := range strings.Split(pointer, "/")[1:] {
		node = object(node)[unescape.Replace(part)]
	}
	return node != nil
}

// checkRequest checks an accepted request; the caller holds mu.
func (s *Server) checkRequest(c *call) {
	s.compare(c, "request", "/requestBody/content/application~1json/schema", c.body)
}

// checkReply checks one of the double's own replies; the caller holds mu.
func (s *Server) checkReply(c *call, out *reply) {
	s.compare(c, "reply", "/responses/"+strconv.Itoa(out.status)+"/content/application~1json/schema", out.raw)
}

func (s *Server) compare(c *call, what, part string, data []byte) {
	d := s.opts.Description
	if d == nil || len(data) == 0 || c.r.Method == http.MethodDelete {
		return
	}
	operation, known := d.paths[normal(c.route)]
	if !known {
		s.violation("%s: Discord's description has no such route", c.route)
		return
	}
	if err := d.check(operation+part, data); err != nil {
		s.violation("%s: the %s does not fit Discord's description: %v", c.route, what, err)
	}
}
