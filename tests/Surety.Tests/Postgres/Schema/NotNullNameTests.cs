using Surety.Core.Postgres.Schema;

namespace Surety.Tests.Postgres.Schema;

public sealed class NotNullNameTests
{
    [Fact]
    public void Names_of_not_null_constraints_can_be_left_out_as_older_versions_print_them()
    {
        var named = SchemaText.Parse(
            Dump(
                "id integer CONSTRAINT payments_id_not_null NOT NULL,",
                "at date DEFAULT 'now' CONSTRAINT \"odd \"\"name\" NOT NULL"
            )
        );
        var unnamed = SchemaText.Parse(Dump("id integer NOT NULL,", "at date DEFAULT 'now' NOT NULL"));

        SchemaDifferences.Between(named, unnamed).ShouldNotBeEmpty();
        SchemaDifferences.Between(named.WithoutNotNullNames(), unnamed.WithoutNotNullNames()).ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_not_null_is_still_a_difference()
    {
        var strict = SchemaText.Parse(Dump("id integer CONSTRAINT named NOT NULL,", "at date"));
        var lax = SchemaText.Parse(Dump("id integer,", "at date"));

        SchemaDifferences.Between(strict.WithoutNotNullNames(), lax.WithoutNotNullNames()).Count.ShouldBe(1);
    }

    private static string Dump(params string[] columns) =>
        $"""
            --
            -- Name: payments; Type: TABLE; Schema: public; Owner: postgres
            --

            CREATE TABLE public.payments (
                {string.Join("\n    ", columns)}
            );


            """;
}
