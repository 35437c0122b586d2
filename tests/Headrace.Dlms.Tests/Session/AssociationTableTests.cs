using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

public sealed class AssociationTableTests
{
    // Rows are states, columns are steps in their order; - is forbidden.
    private static readonly string[] Expected =
    [
        "Idle           Opening - - - - - - - - - - - Idle Associated -",
        "Opening        - Associated Authenticating Idle - - - - - - - - Idle - -",
        "Authenticating - - - Idle Associated Idle - - - - - - Idle - -",
        "Associated     - - - - - - Asking - - - Releasing - Idle - Associated",
        "Asking         - - - - - - - Asking Associated Associated - - Idle - -",
        "Releasing      - - - Idle - - - - - - - Idle Idle - -",
    ];

    [Fact]
    public void Every_state_answers_every_step_as_the_table_says()
    {
        foreach (var row in Expected)
        {
            var cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var state = Enum.Parse<AssociationState>(cells[0]);
            var steps = Enum.GetValues<AssociationStep>();
            Assert.Equal(steps.Length, cells.Length - 1);
            for (var i = 0; i < steps.Length; i++)
                Assert.Equal(cells[i + 1] == "-" ? null : Enum.Parse<AssociationState>(cells[i + 1]),
                    AssociationTable.Next(state, steps[i]));
        }
        Assert.Equal(Enum.GetValues<AssociationState>().Length, Expected.Length);
    }

    [Fact]
    public void A_caller_who_asks_out_of_turn_is_told_so()
    {
        var client = new ClientAssociation(new ClientOptions(), new SecurityKeys());
        Assert.Throws<InvalidOperationException>(() => client.Get(TestMeter.Attribute(3, TestMeter.Energy)));
        Assert.Throws<InvalidOperationException>(() => client.Release());
        client.Open();
        Assert.Throws<InvalidOperationException>(() => client.Open());
        Assert.Throws<InvalidOperationException>(() => client.GiveUp());
    }
}
