using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;

namespace Surety.Tests.Postgres.Schema;

public sealed class TableDefinitionsTests
{
    private const string Text = """"
        --
        -- Name: Orders; Type: TABLE; Schema: sales; Owner: postgres
        --

        CREATE UNLOGGED TABLE sales."Orders" (
            id bigint NOT NULL,
            "The ""Key""" character varying(20) DEFAULT 'x'::character varying NOT NULL,
            at timestamp(3) without time zone,
            tags text[],
            mood public.mood,
            CONSTRAINT positive CHECK ((id > 0))
        );

        --
        -- Name: Orders orders_pkey; Type: CONSTRAINT; Schema: sales; Owner: postgres
        --

        ALTER TABLE ONLY sales."Orders"
            ADD CONSTRAINT orders_pkey PRIMARY KEY (id, "The ""Key""") INCLUDE (at);

        --
        -- Name: Orders orders_key; Type: CONSTRAINT; Schema: sales; Owner: postgres
        --

        ALTER TABLE ONLY sales."Orders"
            ADD CONSTRAINT orders_key UNIQUE (at);

        """";

    private static readonly QualifiedName Orders = new("sales", "Orders");

    private readonly TableDefinitions definitions = new(SchemaText.Parse(Text));

    [Fact]
    public void The_primary_key_is_found_in_its_order() => definitions.KeyOf(Orders).ShouldBe(["id", "The \"Key\""]);

    [Fact]
    public void A_table_without_a_primary_key_has_no_key() =>
        definitions.KeyOf(new QualifiedName("sales", "others")).ShouldBeEmpty();

    [Theory]
    [InlineData("id", "bigint")]
    [InlineData("The \"Key\"", "character varying(20)")]
    [InlineData("at", "timestamp(3) without time zone")]
    [InlineData("tags", null)]
    [InlineData("mood", null)]
    [InlineData("nothing", null)]
    public void Types_that_are_built_in_are_found_and_others_are_not_guessed(string column, string? type) =>
        definitions.TypeOf(Orders, column).ShouldBe(type);
}
