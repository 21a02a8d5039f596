package collection

// Derivation and DerivationKey are the number that is compiled in and where the stored one stands.
const (
	Derivation    = derivation
	DerivationKey = derivationKey
	StarterKey    = starterKey
	Patience      = patience
)

// Unembedded lists the articles that are searched by their words alone.
func (c *Collection) Unembedded() []string { return c.unembedded() }
